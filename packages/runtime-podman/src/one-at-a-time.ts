import { createSerialQueue } from '@k4e/core';
import type { CallOptions } from '@k4e/core/ports';

/**
 * Runs pieces of work one after the other where they share a name, and side by side where they do not. Work whose signal
 * fires while it waits is never begun and rejects with `ABORTED`.
 */
export type OneAtATime = <T>(name: string, work: () => Promise<T>, options: CallOptions) => Promise<T>;

/** Creates the queues; one lives as long as it is in use. */
export function createOneAtATime(): OneAtATime {
  const queues = new Map<string, { readonly run: ReturnType<typeof createSerialQueue>['run']; users: number }>();
  return async (name, work, { signal }) => {
    const queue = queues.get(name) ?? { ...createSerialQueue(), users: 0 };
    queues.set(name, queue);
    queue.users++;
    try {
      return await queue.run(work, { signal });
    } finally {
      if (--queue.users === 0) queues.delete(name);
    }
  };
}
