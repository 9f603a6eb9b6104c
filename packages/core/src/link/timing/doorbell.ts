import type { Scheduler } from '../../foundation/index.ts';

/** One who waits and many who ring: rings that nobody heard yet count as one. */
export interface Doorbell {
  ring(): void;
  /**
   * Resolves at the next ring, at once when it rang since the last wait, or after `limitMs`; also when `signal` fires.
   * One waits at a time.
   */
  wait(options: { readonly signal: AbortSignal; readonly limitMs?: number | undefined }): Promise<void>;
}

/** Creates a doorbell that has not rung. */
export function createDoorbell(scheduler: Scheduler): Doorbell {
  let hasRung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      hasRung = true;
      wake?.();
    },
    wait: ({ signal, limitMs }) =>
      new Promise((resolve) => {
        const end = (): void => {
          cancel();
          signal.removeEventListener('abort', end);
          wake = undefined;
          hasRung = false;
          resolve();
        };
        const cancel =
          limitMs === undefined || limitMs === Infinity ? () => undefined : scheduler.schedule(limitMs, end);
        if (hasRung || signal.aborted) return end();
        wake = end;
        signal.addEventListener('abort', end, { once: true });
      }),
  };
}
