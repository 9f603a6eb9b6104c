import { K4eError, isRecord, jsonEqual } from '@k4e/core';
import type { ObjectMeta, Resource } from '@k4e/core/resources';
import { checkMetadata } from '../admission/index.ts';
import { applyFields, pathText } from '../apply/index.ts';
import type { ApplyResult, FieldConflict, FieldOwner, Shape } from '../apply/index.ts';
import type { Change, Stored, Target, WriteContext } from './change.ts';
import { withVersion } from './change.ts';
import { appliedPart, sameContent, toMembers, withoutEmptyMetadata } from './content.ts';
import type { Members } from './content.ts';
import { newResource } from './plan-create.ts';

/** Who applies, and how. */
export interface ApplyRequest {
  readonly owner: string;
  readonly half: 'main' | 'status';
  readonly force: boolean;
  /** Of the metadata that was given. */
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
}

/** Conflicts that an error names at most. */
const NAMED_CONFLICTS = 5;

function conflictText(conflicts: readonly FieldConflict[]): string {
  const named = conflicts.slice(0, NAMED_CONFLICTS).map(({ owner, path }) => `${pathText(path)} belongs to "${owner}"`);
  return [...named, ...(conflicts.length > NAMED_CONFLICTS ? ['and more'] : [])].join('; ');
}

function checkPreconditions(live: ObjectMeta, { uid, resourceVersion }: ApplyRequest): void {
  if (uid !== undefined && uid !== live.uid) {
    throw new K4eError('CONFLICT', { message: `its uid is ${live.uid}, not ${uid}: it was deleted and made again` });
  }
  if (resourceVersion !== undefined && resourceVersion !== live.resourceVersion) {
    throw new K4eError('CONFLICT', { message: `its version is ${live.resourceVersion}, not ${resourceVersion}` });
  }
}

function checkFinalizers(live: ObjectMeta, next: ObjectMeta): void {
  if (live.deletionTimestamp === undefined) return;
  const added = (next.finalizers ?? []).filter((finalizer) => !live.finalizers?.includes(finalizer));
  if (added.length === 0) return;
  const message = `metadata.finalizers: no new ones while the resource is being deleted: ${added.join(', ')}`;
  throw new K4eError('RESOURCE_INVALID', { message, retry: 'never' });
}

function mergeApplied(
  live: unknown,
  owners: readonly FieldOwner[],
  config: Members,
  request: ApplyRequest,
  shape: Shape,
) {
  const { owner, half, force } = request;
  const via = half === 'status' ? 'apply-status' : 'apply';
  const result: ApplyResult = applyFields({ live, owners, config, owner, via, force, shape });
  if (result.outcome === 'conflict') throw new K4eError('CONFLICT', { message: conflictText(result.conflicts) });
  const merged = isRecord(result.value) ? result.value : {};
  const metadata = isRecord(merged.metadata) ? withoutEmptyMetadata(merged.metadata) : {};
  return { merged: { ...merged, metadata }, owners: result.owners };
}

function planUpdate<T extends Resource>(
  { kind, shape }: Target<T>,
  live: Stored<T>,
  config: Members,
  request: ApplyRequest,
  context: WriteContext,
): Change<T> {
  const { merged, owners } = mergeApplied(live.resource, live.owners, config, request, shape);
  const next = kind.admit(merged);
  checkMetadata(kind.kind, next.metadata);
  checkFinalizers(live.resource.metadata, next.metadata);
  if (next.metadata.deletionTimestamp !== undefined && next.metadata.finalizers === undefined) {
    return { type: 'deleted', resource: withVersion(live.resource, context.resourceVersion), answer: next };
  }
  const unchanged = jsonEqual(live.resource, next) && jsonEqual(live.owners, owners);
  if (unchanged) return { type: 'none', resource: live.resource };
  const grown = kind.hasStatus && !sameContent(kind, live.resource, next) ? 1 : 0;
  const generation = (next.metadata.generation ?? 0) + grown;
  const counted: T = kind.hasStatus ? { ...next, metadata: { ...next.metadata, generation } } : next;
  return { type: 'modified', resource: withVersion(counted, context.resourceVersion), owners };
}

/** What `apply` comes to. Throws `NOT_FOUND`, `CONFLICT` and `RESOURCE_INVALID` as the port says. */
export function planApply<T extends Resource>(
  target: Target<T>,
  live: Stored<T> | undefined,
  input: unknown,
  request: ApplyRequest,
  context: WriteContext,
): Change<T> {
  const members = toMembers(input);
  const config = appliedPart(target.kind, members, request.half);
  if (live !== undefined) {
    checkPreconditions(live.resource.metadata, request);
    return planUpdate(target, live, config, request, context);
  }
  if (request.half === 'status' || request.uid !== undefined || request.resourceVersion !== undefined) {
    throw new K4eError('NOT_FOUND', { retry: 'never' });
  }
  const { owners } = mergeApplied({}, [], config, request, target.shape);
  return { type: 'added', resource: newResource(target, members, context), owners };
}
