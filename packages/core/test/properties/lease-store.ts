import { K4eError } from '@k4e/core';
import type { ResourceStore } from '@k4e/core/ports';
import type { LeaseResource, Resource } from '@k4e/core/resources';

/** The part of a store that leader election uses. */
export type LeaseStore = Pick<ResourceStore, 'get' | 'create' | 'apply'>;

/** A store of one Lease, with the semantics of the port for the few calls that an election makes. */
export function createLeaseStore() {
  let stored: Resource | undefined;
  let version = 0;
  const write = (resource: object, metadata: { readonly namespace: string; readonly name: string }): Resource => {
    const next = { ...metadata, resourceVersion: String(++version) };
    stored = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', ...resource, metadata: next };
    return stored;
  };
  const store: LeaseStore = {
    get: async (kind) => (stored === undefined ? undefined : kind.admit(stored)),
    async create(kind, resource) {
      if (stored !== undefined) throw new K4eError('ALREADY_EXISTS', { retry: 'never' });
      return kind.admit(write(resource, resource.metadata));
    },
    async apply(kind, resource, { force }) {
      if (stored === undefined) throw new K4eError('NOT_FOUND', { retry: 'never' });
      if (resource.metadata.resourceVersion !== stored.metadata.resourceVersion || force !== true)
        throw new K4eError('CONFLICT');
      return kind.admit(write(resource, resource.metadata));
    },
  };
  return {
    store,
    lease: (): LeaseResource['spec'] | undefined => (stored !== undefined && isLease(stored) ? stored.spec : undefined),
    version: (): number => version,
    remove: (): void => void (stored = undefined),
    /** Somebody who does not contend changes something about it. */
    touch(): void {
      if (stored !== undefined) write(stored, stored.metadata);
    },
  };
}

function isLease(resource: Resource): resource is LeaseResource {
  return 'spec' in resource;
}
