import { K4eError } from '../../foundation/index.ts';
import type { Clock } from '../../ports/index.ts';

/** How long a transfer may go without a sign of progress, in milliseconds: half an hour. */
export const STALL_LIMIT_MS = 1_800_000;

/** Work that shows that it goes on. */
export type ProgressingWork<T> = (signal: AbortSignal, noteProgress: () => void) => Promise<T>;

/**
 * Runs `work`, which may take as long as it goes on. Settles as it does; rejects with `TIMEOUT` once it has shown no
 * progress for `STALL_LIMIT_MS`, and with `ABORTED` when `signal` fires, both at that moment, even when `work` does not
 * heed its signal.
 */
export function withStallLimit<T>(
  { clock, signal, subject }: { readonly clock: Clock; readonly signal: AbortSignal; readonly subject: string },
  work: ProgressingWork<T>,
): Promise<T> {
  const inner = new AbortController();
  return new Promise<T>((resolve, reject) => {
    let progressedAtMs = clock.monotonicMs();
    let cancel = (): void => undefined;
    const end = (error: K4eError): void => {
      release();
      reject(error);
      inner.abort(error);
    };
    const onAbort = (): void => end(new K4eError('ABORTED', { subject, retry: 'never' }));
    const release = (): void => {
      cancel();
      signal.removeEventListener('abort', onAbort);
    };
    const watch = (): void => {
      const leftMs = progressedAtMs + STALL_LIMIT_MS - clock.monotonicMs();
      if (leftMs > 0) cancel = clock.schedule(leftMs, watch);
      else end(new K4eError('TIMEOUT', { subject, message: `no progress within ${STALL_LIMIT_MS} ms` }));
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    watch();
    const noteProgress = (): void => void (progressedAtMs = clock.monotonicMs());
    void Promise.resolve()
      .then(() => work(inner.signal, noteProgress))
      .then(resolve, reject)
      .finally(release);
  });
}
