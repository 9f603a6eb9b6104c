import { isRecord } from '@k4e/core';
import { LEAF, isLeaf, memberEdge } from './field-tree.ts';
import type { FieldTree } from './field-tree.ts';
import { edgeOf } from './fields-of.ts';
import { fieldShape, itemShape } from './shape.ts';
import type { ListIdentity, Shape } from './shape.ts';

function isEmpty(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}

/**
 * `value` without the fields that are in `before` and in `kept` no more. Of an object that loses all its owners only what
 * they owned goes: `metadata` outlives its last label. Items of a list go whole, with what nobody owns in them (defaults).
 */
export function prune(value: unknown, before: FieldTree, kept: FieldTree, shape: Shape): unknown {
  if (Array.isArray(value)) return shape.list === undefined ? value : pruneList(value, shape.list, before, kept, shape);
  if (!isRecord(value)) return value;
  const left: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const edge = memberEdge(name);
    const [was, is] = [before[edge], kept[edge]];
    const pruned =
      was === undefined
        ? member
        : isLeaf(was) && is === undefined
          ? undefined
          : prune(member, was, is ?? LEAF, fieldShape(shape, name));
    if (was === undefined || is !== undefined || !isEmpty(pruned)) left[name] = pruned;
  }
  return Object.keys(left).length === 0 && Object.keys(value).length > 0 ? null : left;
}

function pruneList(
  items: readonly unknown[],
  list: ListIdentity,
  before: FieldTree,
  kept: FieldTree,
  shape: Shape,
): readonly unknown[] {
  return items.flatMap((item) => {
    const edge = edgeOf(item, list);
    const [was, is] = [before[edge], kept[edge]];
    if (was === undefined) return [item];
    return is === undefined ? [] : [prune(item, was, is, itemShape(shape))];
  });
}
