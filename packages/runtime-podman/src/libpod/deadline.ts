import type { Clock } from '@k4e/core/ports';

/** A signal that fires when the caller's does, or when the time is up. `dispose` it when the work is done. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether it fired because the time was up. */
  isPast(): boolean;
  /** From now on only the caller's signal counts. */
  liftTimeLimit(): void;
  dispose(): void;
}

/** Starts a deadline `timeoutMs` from now. */
export function startDeadline(clock: Clock, timeoutMs: number, signal: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  let past = false;
  const onAbort = (): void => controller.abort();
  const cancel = clock.schedule(timeoutMs, () => {
    past = true;
    controller.abort();
  });
  if (signal?.aborted) controller.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    isPast: () => past,
    liftTimeLimit: cancel,
    dispose() {
      cancel();
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
