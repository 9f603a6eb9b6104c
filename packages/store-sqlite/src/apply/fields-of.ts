import { K4eError, isRecord } from '@k4e/core';
import { LEAF, SELF_EDGE, itemEdge, memberEdge } from './field-tree.ts';
import type { FieldTree } from './field-tree.ts';
import { fieldShape, itemShape } from './shape.ts';
import type { ListIdentity, Shape } from './shape.ts';

/** What tells `item` from the others of its list. Throws `RESOURCE_INVALID` when the key is missing. */
export function identityOf(item: unknown, list: ListIdentity): unknown {
  if (list.by === 'value') return item;
  const key = isRecord(item) ? item[list.key] : undefined;
  if (key !== undefined && key !== null) return key;
  throw new K4eError('RESOURCE_INVALID', { message: `an item of a list has no "${list.key}"`, retry: 'never' });
}

/** The edge that leads to `item`. Throws `RESOURCE_INVALID` when the key is missing. */
export function edgeOf(item: unknown, list: ListIdentity): string {
  return itemEdge(list.by, identityOf(item, list));
}

function fieldsOfList(items: readonly unknown[], list: ListIdentity, shape: Shape, way: Way): FieldTree | undefined {
  const tree: Record<string, FieldTree> = { ...PARENT[way] };
  for (const item of items) {
    const edge = edgeOf(item, list);
    if (edge in tree) {
      throw new K4eError('RESOURCE_INVALID', { message: `duplicate entry ${edge.slice(2)} in a list`, retry: 'never' });
    }
    tree[edge] = list.by === 'value' ? LEAF : (fieldsOf(item, itemShape(shape), way) ?? LEAF);
  }
  return items.length === 0 ? undefined : tree;
}

/**
 * `parts`: an object or list is owned through what is in it, and lost with it, as by an apply. `wholes`: it is owned
 * itself too, as by a create: it stays, empty, when all that is in it was taken over and left out.
 */
export type Way = 'parts' | 'wholes';

const PARENT: Readonly<Record<Way, FieldTree>> = { parts: {}, wholes: { [SELF_EDGE]: LEAF } };

/**
 * The fields that `value` has; `undefined` for none: nobody owns an empty list whose items are owned one by one.
 * Throws `RESOURCE_INVALID` for such lists with an item that is there twice, or has no key.
 */
export function fieldsOf(value: unknown, shape: Shape, way: Way = 'parts'): FieldTree | undefined {
  if (Array.isArray(value)) return shape.list === undefined ? LEAF : fieldsOfList(value, shape.list, shape, way);
  if (!isRecord(value)) return LEAF;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const tree: Record<string, FieldTree> = {};
  for (const [name, member] of members) {
    const below = fieldsOf(member, fieldShape(shape, name), way);
    if (below !== undefined) tree[memberEdge(name)] = below;
  }
  if (members.length === 0) return LEAF;
  return Object.keys(tree).length === 0 ? undefined : { ...PARENT[way], ...tree };
}
