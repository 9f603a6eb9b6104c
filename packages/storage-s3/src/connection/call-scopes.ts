import { K4eError } from '@k4e/core';
import type { CallOptions } from '@k4e/core/ports';

/** Runs calls that end early when their caller, or the whole store, gives up. */
export interface CallScopes {
  /** Runs `work` with a signal that fires when the caller's does or on `close`; then rejects with `ABORTED`. */
  run<T>(options: CallOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Ends what runs, and refuses what comes. */
  close(): void;
}

/** Creates the scopes of one store. */
export function createCallScopes(): CallScopes {
  const running = new Set<AbortController>();
  let isClosed = false;
  return {
    async run({ signal }, work) {
      if (isClosed || signal?.aborted === true) throw aborted();
      const controller = new AbortController();
      const onAbort = (): void => controller.abort();
      signal?.addEventListener('abort', onAbort, { once: true });
      running.add(controller);
      try {
        return await work(controller.signal);
      } catch (error) {
        throw controller.signal.aborted ? aborted() : error;
      } finally {
        signal?.removeEventListener('abort', onAbort);
        running.delete(controller);
      }
    },
    close() {
      isClosed = true;
      for (const controller of running) controller.abort();
    },
  };
}

function aborted(): K4eError {
  return new K4eError('ABORTED', { retry: 'never' });
}
