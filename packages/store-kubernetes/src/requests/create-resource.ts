import type { CallOptions } from '@k4e/core/ports';
import type { AppliedMetadata, Resource, ResourceKind } from '@k4e/core/resources';
import type { Connection } from '../connection/index.ts';
import { call } from './call.ts';
import { subjectOf } from './get-resource.ts';
import { collectionPath, withQuery } from './paths.ts';
import { resourceBody, toResource } from './resource-body.ts';

/** The field owner of what came by `create`. */
export const CREATE_OWNER = 'k4e-create';

/** Creates a resource. Rejects with `ALREADY_EXISTS`, `RESOURCE_INVALID`, and `NOT_FOUND` when its namespace is not there. */
export async function createResource<T extends Resource>(
  connection: Connection,
  kind: ResourceKind<T>,
  resource: AppliedMetadata,
  { signal }: CallOptions,
): Promise<T> {
  const path = withQuery(collectionPath(kind, resource.metadata.namespace), {
    fieldManager: CREATE_OWNER,
    fieldValidation: 'Strict',
  });
  const body = resourceBody(kind, resource, { half: 'main' });
  const content = await call(
    connection,
    { method: 'POST', path, body, ...(signal && { signal }) },
    subjectOf(kind, resource.metadata),
  );
  return toResource(kind, content);
}
