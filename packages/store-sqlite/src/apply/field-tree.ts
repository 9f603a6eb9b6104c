/**
 * A set of fields, as a tree. A node without children is a field that is owned whole: a scalar, a list that is one
 * value, or an object without members. Names of the edges: `f:<member>`, `k:<key of an item>`, `v:<item of a set>`, and `.`
 * for the object or list itself.
 */
export interface FieldTree {
  readonly [edge: string]: FieldTree;
}

/** The tree of a field that is owned whole. */
export const LEAF: FieldTree = {};

/** Says that an object or list is owned itself, besides what is in it. */
export const SELF_EDGE = '.';

/** The edge to a member of an object. */
export function memberEdge(name: string): string {
  return `f:${name}`;
}

/** The edge to an item of a list: `k:` where items have a key, `v:` in a set. */
export function itemEdge(by: 'key' | 'value', identity: unknown): string {
  return `${by === 'key' ? 'k' : 'v'}:${JSON.stringify(identity)}`;
}

/** Whether nothing is below. */
export function isLeaf(tree: FieldTree): boolean {
  return Object.keys(tree).length === 0;
}

/** Every field of any of `trees`. */
export function unionOf(trees: readonly FieldTree[]): FieldTree {
  const union: Record<string, FieldTree> = {};
  for (const tree of trees) {
    for (const [edge, below] of Object.entries(tree)) {
      const known = union[edge];
      union[edge] = known === undefined ? below : unionOf([known, below]);
    }
  }
  return union;
}

/** `tree` without the fields at `paths` and all below them; nodes that lose all their children go too. `undefined` when nothing is left. */
export function withoutPaths(tree: FieldTree, paths: readonly (readonly string[])[]): FieldTree | undefined {
  if (paths.some((path) => path.length === 0)) return undefined;
  if (isLeaf(tree)) return tree;
  const kept: Record<string, FieldTree> = {};
  for (const [edge, below] of Object.entries(tree)) {
    const left = withoutPaths(
      below,
      paths.filter(([first]) => first === edge).map((path) => path.slice(1)),
    );
    if (left !== undefined) kept[edge] = left;
  }
  return isLeaf(kept) ? undefined : kept;
}

/** A path for people: `.status.conditions[Ready].reason`. */
export function pathText(path: readonly string[]): string {
  return path
    .map((edge) => (edge.startsWith('f:') ? `.${edge.slice(2)}` : `[${edge.slice(2).replaceAll('"', '')}]`))
    .join('');
}
