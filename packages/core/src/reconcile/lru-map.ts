/** A map that forgets what was not asked for the longest, when it would hold more than its limit. */
export interface LruMap<Key, Value> {
  readonly size: number;
  /** The value of `key`, made and kept when there is none. */
  getOrSet(key: Key, make: () => Value): Value;
}

/** Creates an empty map that holds `maxEntries` at most. */
export function createLruMap<Key, Value extends object>(maxEntries: number): LruMap<Key, Value> {
  const entries = new Map<Key, Value>();
  return {
    get size() {
      return entries.size;
    },
    getOrSet(key, make) {
      const value = entries.get(key) ?? make();
      entries.delete(key);
      entries.set(key, value);
      const [oldest] = entries.keys();
      if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
      return value;
    },
  };
}
