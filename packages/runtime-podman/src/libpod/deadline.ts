import type { Clock } from '@k4e/core/ports';

/** When a deadline fires. */
export interface DeadlineOptions {
  readonly timeoutMs: number;
  /** The caller's. From the moment it fires the time limit counts no more, but `cancelTimeoutMs` does. */
  readonly signal: AbortSignal | undefined;
  /** How long after the caller's signal. */
  readonly cancelTimeoutMs: number;
}

/** A signal that fires when the time is up, or a while after the caller's. `dispose` it when the work is done. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether it fired because the time was up. */
  isPast(): boolean;
  /** From now on only the caller's signal counts. */
  liftTimeLimit(): void;
  dispose(): void;
}

/** Starts a deadline. */
export function startDeadline(clock: Clock, { timeoutMs, signal, cancelTimeoutMs }: DeadlineOptions): Deadline {
  const controller = new AbortController();
  let past = false;
  let cancel = clock.schedule(timeoutMs, () => {
    past = true;
    controller.abort();
  });
  const onAbort = (): void => {
    cancel();
    if (cancelTimeoutMs > 0) cancel = clock.schedule(cancelTimeoutMs, () => controller.abort());
    else controller.abort();
  };
  if (signal?.aborted) controller.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    isPast: () => past,
    liftTimeLimit: () => cancel(),
    dispose() {
      cancel();
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
