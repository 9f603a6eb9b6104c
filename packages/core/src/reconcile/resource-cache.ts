import { K4eError } from '../foundation/index.ts';
import { resourceKey } from '../resources/index.ts';
import type { Resource, ResourceRef } from '../resources/index.ts';
import { createIndexBuckets } from './index-buckets.ts';
import type { IndexBuckets } from './index-buckets.ts';

/** The values under which an index finds a resource; pure, and cheap. */
export type Indexer<T extends Resource> = (resource: T) => readonly string[];

/** What happened to one resource: it came (no `previous`), changed, or went (no `current`). */
export interface ResourceChange<T extends Resource> {
  readonly previous: T | undefined;
  readonly current: T | undefined;
}

/** What is known of the resources of a kind, found by name and by index. */
export interface ResourceCache<T extends Resource, Index extends string = string> {
  readonly size: number;
  readonly get: (ref: ResourceRef) => T | undefined;
  readonly list: () => readonly T[];
  /** All that the indexer `name` gave `value` for. An unknown `name` throws. */
  byIndex(name: Index, value: string): readonly T[];
}

/** A cache and how it is fed. Changes come back in the order in which they are to be told. */
export interface WritableResourceCache<T extends Resource> extends ResourceCache<T> {
  /**
   * Nothing when this very version is known. A resource of the same name and another uid took the place of one that
   * was deleted unseen: both are told.
   */
  put(resource: T): readonly ResourceChange<T>[];
  /** Nothing when it is not known, or when another of that name has taken its place. */
  remove(resource: Resource): readonly ResourceChange<T>[];
  /** What is cached and not among `keys` (`resourceKey`). */
  missingFrom(keys: ReadonlySet<string>): readonly T[];
}

/** Creates an empty cache. A resource that an indexer throws for is in none of its buckets, and `onIndexError` is told. */
export function createResourceCache<T extends Resource>(
  indexers: ReadonlyMap<string, Indexer<T>>,
  onIndexError: (index: string, resource: T, error: unknown) => void,
): WritableResourceCache<T> {
  return new IndexedCache(indexers, onIndexError);
}

/** A cached resource, and the values that each index finds it by. */
interface Entry<T> {
  resource: T;
  readonly values: Map<string, readonly string[]>;
}

class IndexedCache<T extends Resource> implements WritableResourceCache<T> {
  readonly #indexers: ReadonlyMap<string, Indexer<T>>;
  readonly #onIndexError;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #buckets: ReadonlyMap<string, IndexBuckets<Entry<T>>>;

  constructor(
    indexers: ReadonlyMap<string, Indexer<T>>,
    onIndexError: (index: string, resource: T, error: unknown) => void,
  ) {
    this.#indexers = indexers;
    this.#onIndexError = onIndexError;
    this.#buckets = new Map([...indexers.keys()].map((name) => [name, createIndexBuckets<Entry<T>>()]));
  }

  get size(): number {
    return this.#entries.size;
  }

  readonly get = (ref: ResourceRef): T | undefined => this.#entries.get(resourceKey(ref))?.resource;

  readonly list = (): readonly T[] => Array.from(this.#entries.values(), (entry) => entry.resource);

  byIndex(name: string, value: string): readonly T[] {
    const buckets = this.#buckets.get(name);
    if (buckets === undefined) throw new K4eError('INTERNAL', { subject: name, message: 'there is no such index' });
    return buckets.find(value).map((entry) => entry.resource);
  }

  put(resource: T): readonly ResourceChange<T>[] {
    const key = resourceKey(resource.metadata);
    const known = this.#entries.get(key);
    if (known === undefined) {
      const entry: Entry<T> = { resource, values: new Map() };
      this.#entries.set(key, entry);
      this.#index(entry, resource);
      return [{ previous: undefined, current: resource }];
    }
    const previous = known.resource;
    if (!isSameIncarnation(previous, resource)) return [...this.remove(previous), ...this.put(resource)];
    if (isSameVersion(previous, resource)) return [];
    known.resource = resource;
    this.#index(known, resource);
    return [{ previous, current: resource }];
  }

  remove(resource: Resource): readonly ResourceChange<T>[] {
    const key = resourceKey(resource.metadata);
    const known = this.#entries.get(key);
    if (known === undefined || !isSameIncarnation(known.resource, resource)) return [];
    this.#entries.delete(key);
    this.#index(known, undefined);
    return [{ previous: known.resource, current: undefined }];
  }

  missingFrom(keys: ReadonlySet<string>): readonly T[] {
    return [...this.#entries].filter(([key]) => !keys.has(key)).map(([, entry]) => entry.resource);
  }

  #index(entry: Entry<T>, resource: T | undefined): void {
    for (const [name, indexer] of this.#indexers) {
      const values = resource === undefined ? [] : this.#valuesOf(name, indexer, resource);
      this.#buckets.get(name)?.move(entry, entry.values.get(name) ?? [], values);
      entry.values.set(name, values);
    }
  }

  #valuesOf(name: string, indexer: Indexer<T>, resource: T): readonly string[] {
    try {
      return indexer(resource);
    } catch (error) {
      this.#onIndexError(name, resource, error);
      return [];
    }
  }
}

function isSameIncarnation(a: Resource, b: Resource): boolean {
  return a.metadata.uid === undefined || b.metadata.uid === undefined || a.metadata.uid === b.metadata.uid;
}

function isSameVersion(a: Resource, b: Resource): boolean {
  return a.metadata.resourceVersion !== undefined && a.metadata.resourceVersion === b.metadata.resourceVersion;
}
