import type { ResourceStore } from '@k4e/core/ports';
import type { Resource, ResourceKind, ResourceRef } from '@k4e/core/resources';

/** The store of the running test, and names that no other test uses. */
export interface StoreUnderTest {
  readonly store: ResourceStore;
  readonly namespace: string;
  readonly otherNamespace: string;
  /** A name in `namespace`, new at each call. */
  readonly ref: () => ResourceRef;
  readonly expiredVersion: (kind: ResourceKind<Resource>) => Promise<string>;
}

/** Gives what the running test works with. */
export type Current = () => StoreUnderTest;
