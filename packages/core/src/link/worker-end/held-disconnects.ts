import { K4eError, sleep } from '../../foundation/index.ts';
import type { CallOptions, Clock } from '../../ports/index.ts';
import { MAX_HELD_DISCONNECTS } from './worker-end.ts';

/** Answers to disconnects that wait until the device has been left clean. */
export interface HeldDisconnects {
  /**
   * Resolves once the device is clean, or when `signal` fires. Rejects with `TIMEOUT` when it is not within the limit, with
   * `TOO_LARGE` when too many wait.
   */
  hold(options: CallOptions): Promise<void>;
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
    async hold({ signal }) {
      if (clean.signal.aborted) return;
      if (waiting >= MAX_HELD_DISCONNECTS) {
        throw new K4eError('TOO_LARGE', { message: `${MAX_HELD_DISCONNECTS} disconnects are held already` });
      }
      const either = signal === undefined ? clean.signal : AbortSignal.any([signal, clean.signal]);
      waiting++;
      try {
        await sleep(clock, limitMs, { signal: either }).catch(() => undefined);
      } finally {
        waiting--;
      }
      if (!either.aborted) throw new K4eError('TIMEOUT', { message: 'the work has not ended yet' });
    },
    release: () => clean.abort(),
    reset: () => {
      if (clean.signal.aborted) clean = new AbortController();
    },
  };
}
