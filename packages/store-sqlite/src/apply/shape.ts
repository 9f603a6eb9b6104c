import type { ListMapKey } from '@k4e/core/resources';

/** How the items of a list are told apart: by a member, or, in a set, by their whole value. Without either the list is one value. */
export type ListIdentity = { readonly by: 'key'; readonly key: string } | { readonly by: 'value' };

/** Where in a resource lists are merged item by item. Items of such a list have the list's own `fields`. */
export interface Shape {
  readonly list?: ListIdentity;
  readonly fields: Readonly<Record<string, Shape>>;
}

/** A place below which every list is one value. */
export const PLAIN_SHAPE: Shape = { fields: {} };

/** The lists of object metadata that Kubernetes merges item by item, for every kind. */
const METADATA_LISTS: readonly (readonly [path: string, list: ListIdentity])[] = [
  ['metadata.finalizers', { by: 'value' }],
  ['metadata.ownerReferences', { by: 'key', key: 'uid' }],
];

function withList(shape: Shape, path: readonly string[], list: ListIdentity): Shape {
  const [field, ...rest] = path;
  if (field === undefined) return { ...shape, list };
  return { ...shape, fields: { ...shape.fields, [field]: withList(shape.fields[field] ?? PLAIN_SHAPE, rest, list) } };
}

/** The shape of a kind whose keyed lists are `listMapKeys`. */
export function shapeOf(listMapKeys: readonly ListMapKey[]): Shape {
  const lists: (readonly [string, ListIdentity])[] = [
    ...METADATA_LISTS,
    ...listMapKeys.map(({ path, key }) => [path, { by: 'key', key }] as const),
  ];
  return lists.reduce((shape, [path, list]) => withList(shape, path.split('.'), list), PLAIN_SHAPE);
}

/** The shape of a member. */
export function fieldShape(shape: Shape, field: string): Shape {
  return Object.hasOwn(shape.fields, field) ? (shape.fields[field] ?? PLAIN_SHAPE) : PLAIN_SHAPE;
}

/** The shape of an item of a list: the list's fields, and no list itself. */
export function itemShape(shape: Shape): Shape {
  return { fields: shape.fields };
}
