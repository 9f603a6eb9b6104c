import { K4eError, errorText } from '../foundation/index.ts';
import type { CallOptions, WatchEvent } from '../ports/index.ts';
import { resourceKey } from '../resources/index.ts';
import type { Resource, ResourceRef } from '../resources/index.ts';
import { createChangeHandlers } from './change-handlers.ts';
import type { ChangeHandlers } from './change-handlers.ts';
import { DEFAULT_FOLLOW_BACKOFF, followResources } from './follow-resources.ts';
import { createInformerMetrics } from './informer-metrics.ts';
import type { ChangeHandler, Informer, InformerOptions } from './informer.ts';
import { createLatch } from './latch.ts';
import { createResourceCache } from './resource-cache.ts';
import type { Indexer, ResourceChange, WritableResourceCache } from './resource-cache.ts';
import { createTimeSlice } from './time-slice.ts';

/** Creates an informer that knows nothing until it runs. Its methods may be passed around: they need no `this`. */
export function createInformer<T extends Resource, Index extends string = never>(
  options: InformerOptions<T, Index>,
): Informer<T, Index> {
  return new CachingInformer(options);
}

class CachingInformer<T extends Resource, Index extends string> implements Informer<T, Index> {
  readonly #options: InformerOptions<T, Index>;
  readonly #logger;
  readonly #metrics;
  readonly #cache: WritableResourceCache<T>;
  readonly #handlers: ChangeHandlers<T>;
  readonly #synced = createLatch();
  readonly #yieldTurn;
  #isRunning = false;

  constructor(options: InformerOptions<T, Index>) {
    this.#options = options;
    this.#logger = options.logger.child({ informer: options.kind.kind });
    this.#metrics = createInformerMetrics(options.metrics, options.kind.kind);
    this.#handlers = createChangeHandlers<T>(this.#logger);
    this.#yieldTurn = createTimeSlice(options.clock);
    const indexers = new Map(Object.entries<Indexer<T>>(options.indexers ?? {}));
    this.#cache = createResourceCache(indexers, (index, { metadata }, error) =>
      this.#logger.error('an indexer threw', { index, resource: resourceKey(metadata), error: errorText(error) }),
    );
  }

  get size(): number {
    return this.#cache.size;
  }

  readonly get = (ref: ResourceRef): T | undefined => this.#cache.get(ref);
  readonly list = (): readonly T[] => this.#cache.list();
  readonly byIndex = (name: Index, value: string): readonly T[] => this.#cache.byIndex(name, value);
  readonly hasSynced = (): boolean => this.#synced.isOpen();
  readonly whenSynced = (options?: CallOptions): Promise<void> => this.#synced.whenOpen(options);
  readonly onChange = (handler: ChangeHandler<T>): (() => void) => this.#handlers.add(handler, this.#cache.list());

  readonly run = async ({ signal }: { readonly signal: AbortSignal }): Promise<void> => {
    const { kind, backoff = DEFAULT_FOLLOW_BACKOFF, random = Math.random } = this.#options;
    if (this.#isRunning) throw new K4eError('INTERNAL', { subject: kind.kind, message: 'the informer runs already' });
    this.#isRunning = true;
    const listeners = {
      onList: (items: readonly T[]) => this.#takeList(items),
      onEvent: (event: WatchEvent<T>) => this.#takeEvent(event),
      onRestart: this.#metrics.restarted,
    };
    const follow = { ...this.#options, logger: this.#logger, backoff, random, ...listeners };
    await followResources(follow, { signal }).finally(() => {
      this.#isRunning = false;
    });
  };

  async #takeList(items: readonly T[]): Promise<void> {
    for (const item of items) {
      this.#tell(this.#cache.put(this.#shrink(item)));
      await this.#yieldTurn();
    }
    const listed = new Set(items.map(({ metadata }) => resourceKey(metadata)));
    for (const gone of this.#cache.missingFrom(listed)) this.#tell(this.#cache.remove(gone));
    this.#metrics.listed();
    this.#synced.open();
  }

  #takeEvent(event: WatchEvent<T>): Promise<void> | undefined {
    if (event.type === 'deleted') this.#tell(this.#cache.remove(event.resource));
    else if (event.type !== 'bookmark') this.#tell(this.#cache.put(this.#shrink(event.resource)));
    return this.#yieldTurn();
  }

  #tell(changes: readonly ResourceChange<T>[]): void {
    if (changes.length === 0) return;
    this.#metrics.cached(this.#cache.size);
    for (const change of changes) {
      this.#metrics.changed();
      this.#handlers.tell(change);
    }
  }

  #shrink(resource: T): T {
    try {
      return this.#options.transform?.(resource) ?? resource;
    } catch (error) {
      const fields = { resource: resourceKey(resource.metadata), error: errorText(error) };
      this.#logger.error('transform threw; the resource is kept as it came', fields);
      return resource;
    }
  }
}
