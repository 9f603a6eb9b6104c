import { K4eError } from '@k4e/core';
import type { CallOptions } from '@k4e/core/ports';

/** Runs pieces of work one after the other where they share a key, and side by side where they do not. */
export type OneAtATime = <T>(key: string, work: () => Promise<T>, options: CallOptions) => Promise<T>;

/** Creates the queues. Work whose signal fires while it waits is never begun and rejects with `ABORTED`. */
export function createOneAtATime(): OneAtATime {
  const tails = new Map<string, Promise<unknown>>();
  return (key, work, { signal }) => {
    const before = tails.get(key) ?? Promise.resolve();
    const run = before.then(() => {
      if (signal?.aborted) throw new K4eError('ABORTED', { subject: key, retry: 'never' });
      return work();
    });
    const tail = run
      .catch(() => undefined)
      .finally(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
    tails.set(key, tail);
    return run;
  };
}
