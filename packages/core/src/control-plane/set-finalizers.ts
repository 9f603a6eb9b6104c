import type { CallOptions, ResourceStore } from '../ports/index.ts';
import type { Resource, ResourceKind } from '../resources/index.ts';
import { FIELD_OWNERS } from './edge-device/field-owners.ts';

/**
 * Makes `finalizers` the finalizers that an owner holds on a resource, unless told otherwise the life cycle; those of others
 * stay. Only if the resource is still as it was read (`CONFLICT` otherwise: read again and decide again), so that a resource
 * that is gone never comes back.
 */
export function setFinalizers<T extends Resource>(
  store: ResourceStore,
  kind: ResourceKind<T>,
  { metadata }: T,
  finalizers: readonly string[],
  { owner = FIELD_OWNERS.lifeCycle, ...options }: CallOptions & { readonly owner?: string } = {},
): Promise<T> {
  const { name, namespace, resourceVersion, uid } = metadata;
  const identity = {
    name,
    namespace,
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(uid === undefined ? {} : { uid }),
  };
  return store.apply(kind, { metadata: { ...identity, finalizers } }, { ...options, owner, force: true });
}
