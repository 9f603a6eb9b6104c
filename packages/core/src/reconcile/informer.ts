import type { Backoff } from '../foundation/index.ts';
import type { CallOptions, Clock, Logger, MetricsSink, ResourceScope, ResourceStore } from '../ports/index.ts';
import type { Resource, ResourceKind } from '../resources/index.ts';
import type { Indexer, ResourceCache } from './resource-cache.ts';

/** Told of a change after the cache has it. `previous` and `current` are never both `undefined`. Must not throw. */
export type ChangeHandler<T extends Resource> = (previous: T | undefined, current: T | undefined) => void;

/** What an informer is made of. */
export interface InformerOptions<T extends Resource, Index extends string = string> {
  readonly store: Pick<ResourceStore, 'list' | 'watch'>;
  readonly kind: ResourceKind<T>;
  readonly scope: ResourceScope;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsSink;
  /** By what `byIndex` finds resources. */
  readonly indexers?: Readonly<Record<Index, Indexer<T>>>;
  /** What is kept of a resource: drops what nobody reads. Keeps the metadata's name, namespace, uid and resourceVersion. */
  readonly transform?: (resource: T) => T;
  /** Waits between tries to list and watch. Default `DEFAULT_FOLLOW_BACKOFF`. */
  readonly backoff?: Backoff;
  /** Numbers in [0, 1) for the jitter. Default `Math.random`. */
  readonly random?: () => number;
}

/**
 * The resources of a kind as they were last seen, and word of every change. Survives whatever the store does: it lists
 * and watches again, and tells the difference.
 *
 * | what happens | outcome |
 * |---|---|
 * | first list | every resource is told as come; then it is synced, and stays so |
 * | a change | cached, then told; the same version again is not told again |
 * | the watch ends, or the store is away | what is cached stays; watched on from the last version, at once or with back-off |
 * | `VERSION_EXPIRED`, or an error that says nothing of the version | all is listed; what differs is told, also what was deleted or replaced unseen |
 * | silence for `WATCH_IDLE_LIMIT_MS` | the watch is started again |
 * | `onChange` | the handler is told of all that is cached before it returns, and then of every change; the result ends that |
 * | a handler throws | logged; the others are told, and the informer goes on. The change is not told again |
 * | `transform` throws | logged; the resource is kept as it came |
 * | `run` | resolves when `signal` fires; never rejects because of the store. Called while it runs: rejects with `INTERNAL` |
 * | `run` again | all is listed, and what differs is told |
 */
export interface Informer<T extends Resource, Index extends string = string> extends ResourceCache<T, Index> {
  readonly onChange: (handler: ChangeHandler<T>) => () => void;
  /** Whether the first list is cached and told. */
  readonly hasSynced: () => boolean;
  /** Resolves once `hasSynced`; rejects with `ABORTED`. */
  readonly whenSynced: (options?: CallOptions) => Promise<void>;
  readonly run: (options: { readonly signal: AbortSignal }) => Promise<void>;
}
