import { K4eError } from '../foundation/index.ts';
import type { CallOptions } from '../ports/index.ts';
import { createFifo } from './fifo.ts';

/** A first-in, first-out list to wait at: who takes first gets what was put first. */
export interface Mailbox<T, R> {
  /** Items that nobody has taken yet. */
  readonly size: number;
  /** Gives `item` to whoever has waited longest, else keeps it. */
  put(item: T): void;
  /** The oldest item, as `onTake` makes of it; `undefined` once closed. Rejects with `ABORTED`, and then has taken nothing. */
  take(options?: CallOptions): Promise<R | undefined>;
  /** Drops what is kept and sends all who wait away. What is put later is dropped. */
  close(): void;
}

/** Creates an empty mailbox. `onTake` runs at the moment an item changes hands, before anything else can happen. */
export function createMailbox<T, R>(onTake: (item: T) => R): Mailbox<T, R> {
  const items = createFifo<T>();
  const takers = new Set<(result: R | undefined) => void>();
  let isClosed = false;
  return {
    get size() {
      return items.size;
    },
    put(item) {
      if (isClosed) return;
      const [taker] = takers;
      if (taker === undefined) return items.push(item);
      takers.delete(taker);
      taker(onTake(item));
    },
    async take({ signal } = {}) {
      if (signal?.aborted) throw new K4eError('ABORTED', { retry: 'never' });
      const item = items.shift();
      if (item !== undefined) return onTake(item);
      return isClosed ? undefined : waitIn(takers, signal);
    },
    close() {
      isClosed = true;
      items.clear();
      for (const taker of takers) taker(undefined);
      takers.clear();
    },
  };
}

function waitIn<R>(takers: Set<(result: R) => void>, signal: AbortSignal | undefined): Promise<R> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      takers.delete(taker);
      reject(new K4eError('ABORTED', { retry: 'never' }));
    };
    const taker = (result: R): void => {
      signal?.removeEventListener('abort', onAbort);
      resolve(result);
    };
    takers.add(taker);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
