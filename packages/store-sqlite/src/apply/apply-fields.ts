import { conflictingPaths } from './conflicts.ts';
import type { FieldTree } from './field-tree.ts';
import { LEAF, isLeaf, memberEdge, unionOf, withoutPaths } from './field-tree.ts';
import { fieldsOf } from './fields-of.ts';
import { merge } from './merge.ts';
import { prune } from './prune.ts';
import type { Shape } from './shape.ts';

/** Stays when its last owned field goes: identity, version and times in it are the store's. */
const KEPT_ALWAYS: FieldTree = { [memberEdge('metadata')]: LEAF };

/** Who wrote which fields. `create` and each half that is applied have entries of their own, as in Kubernetes. */
export interface FieldOwner {
  readonly owner: string;
  readonly via: 'create' | 'apply' | 'apply-status';
  readonly fields: FieldTree;
}

/** A field that another owner holds with another value. */
export interface FieldConflict {
  readonly owner: string;
  readonly path: readonly string[];
}

/** A resource, who owns what of it, and what one owner says. */
export interface ApplyInput {
  readonly live: unknown;
  readonly owners: readonly FieldOwner[];
  /** Just the part of the resource that this owner may and does speak of. */
  readonly config: unknown;
  readonly owner: string;
  readonly via: 'apply' | 'apply-status';
  readonly force: boolean;
  readonly shape: Shape;
}

/** The resource afterwards and its owners; or the conflicts, and nothing changed. */
export type ApplyResult =
  | { readonly outcome: 'applied'; readonly value: unknown; readonly owners: readonly FieldOwner[] }
  | { readonly outcome: 'conflict'; readonly conflicts: readonly FieldConflict[] };

/**
 * Server-side apply: merges `config`, removes what this owner applied before, leaves out now, and nobody else owns.
 * Throws `RESOURCE_INVALID` for lists with an identity that hold an item twice.
 */
export function applyFields(input: ApplyInput): ApplyResult {
  const { live, config, shape } = input;
  const fields = fieldsOf(config, shape) ?? LEAF;
  const merged = merge(live, config, shape);
  const mine = input.owners.find(({ owner, via }) => owner === input.owner && via === input.via);
  const others = input.owners.filter((entry) => entry !== mine);
  const contested = others.map((entry) => ({
    entry,
    paths: conflictingPaths(entry.fields, fields, { value: live, shape }, { value: merged, shape }),
  }));
  const conflicts = contested.flatMap(({ entry, paths }) => paths.map((path) => ({ owner: entry.owner, path })));
  if (conflicts.length > 0 && !input.force) return { outcome: 'conflict', conflicts };
  const kept = unionOf([KEPT_ALWAYS, fields, ...others.map((entry) => entry.fields)]);
  const value = mine ? prune(merged, mine.fields, kept, shape) : merged;
  const remaining = new Map(contested.map(({ entry, paths }) => [entry, withoutPaths(entry.fields, paths)]));
  if (mine !== undefined) remaining.set(mine, isLeaf(fields) ? undefined : fields);
  const owners = input.owners.flatMap((entry): FieldOwner[] => {
    const left = remaining.get(entry);
    return left === undefined ? [] : [{ ...entry, fields: left }];
  });
  const joined = mine !== undefined || isLeaf(fields) ? [] : [{ owner: input.owner, via: input.via, fields }];
  return { outcome: 'applied', value, owners: [...owners, ...joined] };
}
