import { createSerialQueue } from '@k4e/core';
import type { SerialQueue } from '@k4e/core';
import type { CallOptions } from '@k4e/core/ports';

/**
 * Runs pieces of work one after the other where they share a name, and side by side where they do not. Work whose signal
 * fires while it waits is never begun and rejects with `ABORTED`.
 */
export type OneAtATime = <T>(
  name: string,
  signal: AbortSignal | undefined,
  work: (options: CallOptions) => Promise<T>,
) => Promise<T>;

/** Creates the queues; one lives as long as it is in use. */
export function createOneAtATime(): OneAtATime {
  const queues = new Map<string, { readonly run: SerialQueue['run']; users: number }>();
  return async (name, signal, work) => {
    const queue = queues.get(name) ?? { ...createSerialQueue(), users: 0 };
    queues.set(name, queue);
    queue.users++;
    try {
      return await queue.run(() => work(plainOptions(signal)), { signal });
    } finally {
      if (--queue.users === 0) queues.delete(name);
    }
  };
}

/** Options that survive being spread, as those of a caller that hands in its `AbortController` do not. */
export function plainOptions(signal: AbortSignal | undefined): CallOptions {
  return signal === undefined ? {} : { signal };
}
