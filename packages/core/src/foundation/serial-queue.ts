import { K4eError } from './k4e-error.ts';

/** How many calls may wait in a serial queue unless its maker says otherwise. More is a defect of the caller. */
export const SERIAL_QUEUE_MAX_WAITING = 256;

/** Runs one piece of work at a time, in the order of the calls. A failure is its caller's alone. */
export interface SerialQueue {
  /**
   * Settles as `work` does. Rejects with `ABORTED` as soon as `signal` fires while the call waits: `work` then never
   * starts; once it has started, `work` itself decides. Rejects with `INTERNAL` when too many wait already.
   */
  run<T>(work: () => T | Promise<T>, options?: { readonly signal?: AbortSignal | undefined }): Promise<T>;
}

/** Creates a queue in which at most `maxWaiting` calls wait besides the one that runs. */
export function createSerialQueue(options: { readonly maxWaiting?: number } = {}): SerialQueue {
  const maxWaiting = options.maxWaiting ?? SERIAL_QUEUE_MAX_WAITING;
  let unfinished = 0;
  let tail: Promise<unknown> = Promise.resolve();
  return {
    run: <T>(work: () => T | Promise<T>, { signal }: { readonly signal?: AbortSignal | undefined } = {}) =>
      new Promise<T>((resolve, reject) => {
        if (unfinished > maxWaiting) {
          return reject(new K4eError('INTERNAL', { message: `more than ${maxWaiting} calls wait` }));
        }
        const onAbort = (): void => reject(new K4eError('ABORTED', { retry: 'never' }));
        if (signal?.aborted === true) return onAbort();
        signal?.addEventListener('abort', onAbort, { once: true });
        unfinished++;
        tail = tail
          .then(() => {
            signal?.removeEventListener('abort', onAbort);
            return signal?.aborted === true ? undefined : Promise.resolve(work()).then(resolve);
          })
          .catch(reject)
          .finally(() => unfinished--);
      }),
  };
}
