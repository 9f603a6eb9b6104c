/** Something that falls due. `heapIndex` belongs to the heap that holds it; set it to -1 and leave it alone. */
export interface DueItem {
  /** When, in the same milliseconds as everything else in the heap. Not to be changed while in a heap. */
  dueMs: number;
  /** Breaks ties: lower comes first. Not to be changed while in a heap. */
  order: number;
  heapIndex: number;
}

/**
 * A binary heap that knows where its items are, so that any of them can be taken out. `push`, `pop` and `remove` cost
 * the logarithm of the size. An item is in one heap at most.
 */
export interface DueHeap<T extends DueItem> {
  readonly size: number;
  /** The item that is due first; `undefined` when empty. */
  peek(): T | undefined;
  push(item: T): void;
  pop(): T | undefined;
  /** Takes `item` out; `false` when it is not in a heap. */
  remove(item: T): boolean;
  clear(): void;
}

/** Creates an empty heap. */
export function createDueHeap<T extends DueItem>(): DueHeap<T> {
  return new BinaryDueHeap<T>();
}

function isBefore(a: DueItem, b: DueItem): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

class BinaryDueHeap<T extends DueItem> implements DueHeap<T> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    this.#items.push(item);
    this.#up(item, this.#items.length - 1);
  }

  pop(): T | undefined {
    const first = this.#items[0];
    if (first !== undefined) this.remove(first);
    return first;
  }

  remove(item: T): boolean {
    const index = item.heapIndex;
    if (this.#items[index] !== item) return false;
    const last = this.#items.pop();
    item.heapIndex = -1;
    if (last === undefined || last === item) return true;
    this.#up(last, index);
    this.#down(last, last.heapIndex);
    return true;
  }

  clear(): void {
    for (const item of this.#items) item.heapIndex = -1;
    this.#items.length = 0;
  }

  #put(item: T, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }

  #up(item: T, from: number): void {
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#items[parentIndex];
      if (parent === undefined || !isBefore(item, parent)) break;
      this.#put(parent, index);
      index = parentIndex;
    }
    this.#put(item, index);
  }

  #down(item: T, from: number): void {
    let index = from;
    for (
      let child = this.#firstChild(index);
      child !== undefined && isBefore(child, item);
      child = this.#firstChild(index)
    ) {
      const childIndex = child.heapIndex;
      this.#put(child, index);
      index = childIndex;
    }
    this.#put(item, index);
  }

  /** Of the two children of `index`, the one that is due first. */
  #firstChild(index: number): T | undefined {
    const left = this.#items[2 * index + 1];
    const right = this.#items[2 * index + 2];
    return left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
  }
}
