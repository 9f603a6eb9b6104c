import { status } from '@grpc/grpc-js';
import { sleep } from '@k4e/core';
import type { Clock } from '@k4e/core/ports';
import { CallFailure } from '../call/index.ts';
import { MAX_HELD_DISCONNECTS } from './worker-link.ts';

/** Answers to disconnects that wait until the device has been left clean. */
export interface HeldDisconnects {
  /** Resolves once the device is clean, after the limit, or when `signal` fires. Rejects when too many wait. */
  hold(signal: AbortSignal): Promise<void>;
  /** The device is clean, or nobody will ever say so: whoever waits is answered, and so is whoever comes. */
  release(): void;
  /** The device is in use again. */
  reset(): void;
}

/** Creates an empty waiting room. */
export function createHeldDisconnects(clock: Clock, limitMs: number): HeldDisconnects {
  let clean = new AbortController();
  let waiting = 0;
  return {
    async hold(signal) {
      if (clean.signal.aborted) return;
      if (waiting >= MAX_HELD_DISCONNECTS) {
        throw new CallFailure(status.RESOURCE_EXHAUSTED, `${MAX_HELD_DISCONNECTS} disconnects are held already`);
      }
      waiting++;
      try {
        await sleep(clock, limitMs, { signal: AbortSignal.any([signal, clean.signal]) }).catch(() => undefined);
      } finally {
        waiting--;
      }
    },
    release: () => clean.abort(),
    reset: () => {
      if (clean.signal.aborted) clean = new AbortController();
    },
  };
}
