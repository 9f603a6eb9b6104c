import { isRecord } from '@k4e/core';
import { memberEdge } from './field-tree.ts';
import type { FieldTree } from './field-tree.ts';
import { edgeOf, fieldsOf } from './fields-of.ts';
import { fieldShape, itemShape } from './shape.ts';
import type { ListIdentity, Shape } from './shape.ts';

/**
 * `value` without the fields that are in `before` and, together with all below them, in `kept` no more. What nobody owns
 * (defaults) goes with the field that it is part of. An object that loses all its members this way, and is kept itself,
 * becomes null: so it does in Kubernetes, whose schemas then refuse it. Leave such an object out instead. One that keeps
 * nothing but empty lists which nobody owns goes too: `undefined`.
 */
export function prune(value: unknown, before: FieldTree, kept: FieldTree, shape: Shape): unknown {
  if (Array.isArray(value)) return shape.list === undefined ? value : pruneList(value, shape.list, before, kept, shape);
  if (!isRecord(value)) return value;
  const left = Object.entries(value).flatMap(([name, member]): readonly (readonly [string, unknown])[] => {
    const edge = memberEdge(name);
    const [was, is] = [before[edge], kept[edge]];
    if (was === undefined) return [[name, member]];
    const pruned = is === undefined ? undefined : prune(member, was, is, fieldShape(shape, name));
    return pruned === undefined ? [] : [[name, pruned]];
  });
  if (left.length === 0) return Object.keys(value).length > 0 ? null : value;
  const remains = Object.fromEntries(left);
  return fieldsOf(remains, shape) === undefined && fieldsOf(value, shape) !== undefined ? undefined : remains;
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
