import { K4eError } from '@k4e/core';
import type { Resource } from '@k4e/core/resources';
import type { Change, Stored, WriteContext } from './change.ts';
import { timestamp, withVersion } from './change.ts';

/**
 * What `delete` comes to: gone, or marked where finalizers hold it. The mark counts as a change of what is wanted, as in
 * Kubernetes: the generation grows. Throws `CONFLICT` when `uid` is not the current one.
 */
export function planDelete<T extends Resource>(
  { resource, owners }: Stored<T>,
  uid: string | undefined,
  context: WriteContext,
): Change<T> {
  const { metadata } = resource;
  if (uid !== undefined && uid !== metadata.uid) {
    throw new K4eError('CONFLICT', {
      message: `its uid is ${metadata.uid}, not ${uid}: it was deleted and made again`,
    });
  }
  if (metadata.finalizers === undefined || metadata.finalizers.length === 0) {
    return { type: 'deleted', resource: withVersion(resource, context.resourceVersion), answer: resource };
  }
  if (metadata.deletionTimestamp !== undefined) return { type: 'none', resource };
  const marked = {
    ...metadata,
    ...(metadata.generation === undefined ? {} : { generation: metadata.generation + 1 }),
    deletionGracePeriodSeconds: 0,
    deletionTimestamp: timestamp(context.nowMs),
  };
  return {
    type: 'modified',
    resource: withVersion({ ...resource, metadata: marked }, context.resourceVersion),
    owners,
  };
}
