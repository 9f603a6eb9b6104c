import type { CallOptions } from '@k4e/core/ports';
import type { Resource, ResourceKind, ResourceRef } from '@k4e/core/resources';
import { resourceKey } from '@k4e/core/resources';
import type { Connection } from '../connection/index.ts';
import { toK4eError } from '../errors/index.ts';
import { ask, isNotFound } from './call.ts';
import { resourcePath } from './paths.ts';
import { toResource } from './resource-body.ts';

/** What errors call a resource. */
export function subjectOf(kind: ResourceKind<Resource>, ref: ResourceRef): string {
  return `${kind.kind} ${resourceKey(ref)}`;
}

/** Reads a resource; `undefined` when it is not there. */
export async function getResource<T extends Resource>(
  connection: Connection,
  kind: ResourceKind<T>,
  ref: ResourceRef,
  { signal }: CallOptions,
): Promise<T | undefined> {
  const subject = subjectOf(kind, ref);
  const answer = await ask(
    connection,
    { method: 'GET', path: resourcePath(kind, ref), ...(signal && { signal }) },
    subject,
  );
  if (answer.ok) return toResource(kind, answer.content);
  if (isNotFound(answer.status)) return undefined;
  throw toK4eError(answer.status, subject, { isWrite: false });
}
