import { K4eError } from './k4e-error.ts';

/** The part of a clock that waits need: runs `callback` once after `delayMs`; the result cancels it. */
export interface Scheduler {
  schedule(delayMs: number, callback: () => void): () => void;
}

/** Resolves after `delayMs`; rejects with `ABORTED` as soon as `signal` fires. */
export function sleep(
  scheduler: Scheduler,
  delayMs: number,
  options: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new K4eError('ABORTED', { retry: 'never' }));
    const onAbort = (): void => {
      cancel();
      reject(new K4eError('ABORTED', { retry: 'never' }));
    };
    const cancel = scheduler.schedule(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
