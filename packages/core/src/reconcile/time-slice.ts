import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../ports/index.ts';

/** Longest that a long run of short work keeps the event loop to itself, in milliseconds. */
export const TIME_SLICE_MS = 10;

/** Lets the rest of the process have its turn, when this one has had its slice. Most calls cost a look at the clock. */
export function createTimeSlice(clock: Pick<Clock, 'monotonicMs'>): () => Promise<void> | undefined {
  let startedAtMs = clock.monotonicMs();
  return () => {
    if (clock.monotonicMs() - startedAtMs < TIME_SLICE_MS) return undefined;
    return setImmediate().then(() => {
      startedAtMs = clock.monotonicMs();
    });
  };
}
