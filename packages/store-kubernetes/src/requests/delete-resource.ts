import type { CallOptions } from '@k4e/core/ports';
import type { Resource, ResourceKind, ResourceRef } from '@k4e/core/resources';
import type { Connection } from '../connection/index.ts';
import { toK4eError } from '../errors/index.ts';
import { ask, isNotFound } from './call.ts';
import { subjectOf } from './get-resource.ts';
import { resourcePath } from './paths.ts';

/** Deletes a resource; `false` when it was not there. Rejects with `CONFLICT` when `uid` is not the current one. */
export async function deleteResource<T extends Resource>(
  connection: Connection,
  kind: ResourceKind<T>,
  ref: ResourceRef,
  { uid, signal }: CallOptions & { readonly uid?: string },
): Promise<boolean> {
  const options = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: 'Background',
    ...(uid !== undefined && { preconditions: { uid } }),
  };
  const request = {
    method: 'DELETE',
    path: resourcePath(kind, ref),
    body: JSON.stringify(options),
    ...(signal && { signal }),
  } as const;
  const answer = await ask(connection, request, subjectOf(kind, ref));
  if (answer.ok) return true;
  if (isNotFound(answer.status)) return false;
  throw toK4eError(answer.status, subjectOf(kind, ref), { isWrite: true });
}
