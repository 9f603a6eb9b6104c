import { K4eError } from '@k4e/core';

/** As `work`, which goes on in any case; rejects with `ABORTED` as soon as `signal` fires. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new K4eError('ABORTED', { retry: 'never' }));
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    void work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', onAbort));
  });
}
