import type { ResourceStore } from '@k4e/core/ports';
import type { Resource, ResourceKind } from '@k4e/core/resources';

/** A resource store under test, and the hands that the suite needs around it. Made once for the suite: its tests use names of their own. */
export interface ResourceStoreSubject {
  readonly store: ResourceStore;
  /** Two namespaces that are there, with nothing of k4e's in them, and that nobody else writes to. */
  readonly namespaces: readonly [string, string];
  /** A version of that kind that was current once and is out of the history now. */
  expiredVersion(kind: ResourceKind<Resource>): Promise<string>;
  dispose(): Promise<void>;
}
