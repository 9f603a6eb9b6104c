/** A first-in, first-out list whose both ends cost the same whatever its length. */
export interface Fifo<T> {
  readonly size: number;
  push(item: T): void;
  /** The oldest item; `undefined` when empty. */
  shift(): T | undefined;
  clear(): void;
}

/** Slots at the front that may stay empty before the list is moved up. */
const COMPACT_AT = 1_024;

/** Creates an empty list. */
export function createFifo<T>(): Fifo<T> {
  let items: (T | undefined)[] = [];
  let head = 0;
  return {
    get size() {
      return items.length - head;
    },
    push: (item) => void items.push(item),
    shift() {
      if (head === items.length) return undefined;
      const item = items[head];
      items[head++] = undefined;
      if (head >= COMPACT_AT && head * 2 >= items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    clear() {
      items = [];
      head = 0;
    },
  };
}
