/** Items found by values that they go by. */
export interface IndexBuckets<Item> {
  find(value: string): readonly Item[];
  /** Moves `item` from the values that it went by to those that it goes by now. */
  move(item: Item, from: readonly string[], to: readonly string[]): void;
}

/** Creates empty buckets; a bucket that is empty again is gone. */
export function createIndexBuckets<Item>(): IndexBuckets<Item> {
  const buckets = new Map<string, Set<Item>>();
  const leave = (value: string, item: Item): void => {
    const bucket = buckets.get(value);
    if (bucket?.delete(item) === true && bucket.size === 0) buckets.delete(value);
  };
  const join = (value: string, item: Item): void => {
    const bucket = buckets.get(value);
    if (bucket === undefined) buckets.set(value, new Set([item]));
    else bucket.add(item);
  };
  return {
    find: (value) => [...(buckets.get(value) ?? [])],
    move(item, from, to) {
      for (const value of from) if (!to.includes(value)) leave(value, item);
      for (const value of to) join(value, item);
    },
  };
}
