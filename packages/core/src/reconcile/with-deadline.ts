import { K4eError } from '../foundation/index.ts';
import type { Clock } from '../ports/index.ts';

/** How long work may take. */
export interface DeadlineOptions {
  readonly clock: Pick<Clock, 'schedule'>;
  readonly limitMs: number;
  /** Ends the work early. */
  readonly signal?: AbortSignal;
  /** What the work is about, for the error. */
  readonly subject?: string;
}

/**
 * Runs `work` with a signal that fires after `limitMs` or with `signal`, and settles at that moment at the latest, even
 * when `work` does not heed it.
 *
 * | what happens first | outcome |
 * |---|---|
 * | `work` settles, or throws | the same |
 * | the limit passes | rejects with `TIMEOUT`, retry `backoff` |
 * | `signal` fires | rejects with `ABORTED` |
 */
export function withDeadline<T>(options: DeadlineOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, limitMs, signal, subject = 'work' } = options;
  const inner = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const end = (error: K4eError): void => {
      release();
      reject(error);
      inner.abort(error);
    };
    const onAbort = (): void => end(new K4eError('ABORTED', { subject, retry: 'never' }));
    const cancel = clock.schedule(limitMs, () =>
      end(new K4eError('TIMEOUT', { subject, message: `took longer than ${limitMs} ms` })),
    );
    const release = (): void => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
    };
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    void start(work, inner.signal).then(resolve, reject).finally(release);
  });
}

async function start<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return work(signal);
}
