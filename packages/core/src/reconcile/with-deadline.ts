import { K4eError } from '../foundation/index.ts';
import type { Clock } from '../ports/index.ts';

/** How long work may take. */
export interface DeadlineOptions {
  readonly clock: Pick<Clock, 'schedule'>;
  readonly limitMs: number;
  /** Ends the work early. */
  readonly signal?: AbortSignal | undefined;
  /** What the work is about, for the error. */
  readonly subject?: string;
  /** How long work that was told to end is waited for. Default 0: not at all. */
  readonly settleMs?: number;
}

/**
 * Runs `work` with a signal that fires after `limitMs` or with `signal`, and settles at that moment, or `settleMs` after
 * it, at the latest, even when `work` does not heed it.
 *
 * | what happens first | outcome |
 * |---|---|
 * | `work` settles, or throws | the same |
 * | the limit passes | rejects with `TIMEOUT`, retry `backoff` |
 * | `signal` fires | rejects with `ABORTED` |
 *
 * Work that was told to end, and succeeds within `settleMs` nevertheless, has succeeded; if it fails, it was told to.
 */
export function withDeadline<T>(options: DeadlineOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, limitMs, signal, subject = 'work', settleMs = 0 } = options;
  const inner = new AbortController();
  let ending: K4eError | undefined;
  return new Promise<T>((resolve, reject) => {
    const end = (error: K4eError): void => {
      release();
      ending = error;
      if (settleMs > 0) cancel = clock.schedule(settleMs, () => reject(error));
      else reject(error);
      inner.abort(error);
    };
    const aborted = (): K4eError => new K4eError('ABORTED', { subject, retry: 'never' });
    const onAbort = (): void => end(aborted());
    const release = (): void => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
    };
    let cancel = (): void => undefined;
    if (signal?.aborted) return reject(aborted());
    cancel = clock.schedule(limitMs, () =>
      end(new K4eError('TIMEOUT', { subject, message: `took longer than ${limitMs} ms` })),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    const run = async (): Promise<T> => {
      try {
        return await work(inner.signal);
      } catch (error) {
        throw ending ?? error;
      }
    };
    void run().then(resolve, reject).finally(release);
  });
}
