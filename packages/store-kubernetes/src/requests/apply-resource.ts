import { K4eError } from '@k4e/core';
import type { ApplyOptions } from '@k4e/core/ports';
import type { AppliedMetadata, Resource, ResourceKind } from '@k4e/core/resources';
import type { Connection } from '../connection/index.ts';
import type { ApiStatus } from '../errors/index.ts';
import { toK4eError } from '../errors/index.ts';
import { ask } from './call.ts';
import { getResource, subjectOf } from './get-resource.ts';
import { resourcePath, withQuery } from './paths.ts';
import { resourceBody, toResource } from './resource-body.ts';

/** How often a status with a `uid` is tried, while others write to the same resource. */
export const UID_CHECK_ATTEMPTS = 5;

interface Preconditions {
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
}

/** One apply, with preconditions that the API server checks. */
async function applyOnce<T extends Resource>(
  connection: Connection,
  kind: ResourceKind<T>,
  resource: AppliedMetadata,
  preconditions: Preconditions,
  { owner, subresource, force = false, signal }: ApplyOptions,
): Promise<T | ApiStatus> {
  const path = withQuery(resourcePath(kind, resource.metadata, subresource), {
    fieldManager: owner,
    force,
    fieldValidation: 'Strict',
  });
  const body = resourceBody(kind, resource, { half: subresource ?? 'main', ...preconditions });
  const request = {
    method: 'PATCH',
    path,
    body,
    contentType: 'application/apply-patch+yaml',
    ...(signal && { signal }),
  } as const;
  const answer = await ask(connection, request, subjectOf(kind, resource.metadata));
  return answer.ok ? toResource(kind, answer.content) : answer.status;
}

function isStatus(outcome: Resource | ApiStatus): outcome is ApiStatus {
  return 'isStatus' in outcome;
}

function isStale(status: ApiStatus): boolean {
  return status.code === 409 && status.fields.length === 0;
}

/** A uid that is not the current one is told as a field that cannot change, one of a resource that is gone as a conflict. */
function mayMeanAnotherIdentity(status: ApiStatus): boolean {
  return isStale(status) || (status.code === 422 && status.fields.includes('metadata.uid'));
}

/** Reads the resource and compares it with what the caller took it for. */
async function checkIdentity<T extends Resource>(
  connection: Connection,
  kind: ResourceKind<T>,
  resource: AppliedMetadata,
  options: ApplyOptions,
): Promise<T> {
  const { uid, resourceVersion } = resource.metadata;
  const subject = subjectOf(kind, resource.metadata);
  const live = await getResource(connection, kind, resource.metadata, options);
  if (live === undefined) throw new K4eError('NOT_FOUND', { subject, retry: 'never' });
  if (uid !== undefined && uid !== live.metadata.uid) {
    throw new K4eError('CONFLICT', {
      subject,
      message: `its uid is ${live.metadata.uid}, not ${uid}: it was deleted and made again`,
    });
  }
  if (resourceVersion !== undefined && resourceVersion !== live.metadata.resourceVersion) {
    throw new K4eError('CONFLICT', {
      subject,
      message: `its version is ${live.metadata.resourceVersion}, not ${resourceVersion}`,
    });
  }
  return live;
}

/**
 * Preconditions that make the server refuse what the port wants refused. A server that is given a version alone creates
 * what is not there; one that is given a uid for a status ignores it. So the missing one of the two is read and added.
 */
async function preconditionsFor<T extends Resource>(
  connection: Connection,
  kind: ResourceKind<T>,
  resource: AppliedMetadata,
  options: ApplyOptions,
): Promise<Preconditions> {
  const { uid, resourceVersion } = resource.metadata;
  const isStatusWrite = options.subresource === 'status';
  const needsVersion = isStatusWrite && uid !== undefined && resourceVersion === undefined;
  const needsUid = !isStatusWrite && uid === undefined && resourceVersion !== undefined;
  if (!needsVersion && !needsUid) return { uid, resourceVersion };
  const { metadata } = await checkIdentity(connection, kind, resource, options);
  return { uid: metadata.uid, resourceVersion: metadata.resourceVersion };
}

/** Server-side apply. Rejects as the port says. */
export async function applyResource<T extends Resource>(
  connection: Connection,
  kind: ResourceKind<T>,
  resource: AppliedMetadata,
  options: ApplyOptions,
): Promise<T> {
  const subject = subjectOf(kind, resource.metadata);
  for (let attempt = 1; ; attempt++) {
    const preconditions = await preconditionsFor(connection, kind, resource, options);
    const outcome = await applyOnce(connection, kind, resource, preconditions, options);
    if (!isStatus(outcome)) return outcome;
    // The version was ours, not the caller's: somebody else wrote in between.
    const isOurVersion = resource.metadata.resourceVersion === undefined && preconditions.resourceVersion !== undefined;
    if (isOurVersion && isStale(outcome) && attempt < UID_CHECK_ATTEMPTS) continue;
    if (mayMeanAnotherIdentity(outcome)) await checkIdentity(connection, kind, resource, options);
    throw toK4eError(outcome, subject, { isWrite: true });
  }
}
