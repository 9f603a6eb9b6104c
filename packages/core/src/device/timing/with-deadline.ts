import { K4eError } from '../../foundation/index.ts';
import type { Scheduler } from '../../foundation/index.ts';

/** How long a piece of work may take, and what else ends it. */
export interface DeadlineOptions {
  readonly limitMs: number;
  /** What the work is, for the error. */
  readonly subject: string;
  readonly signal?: AbortSignal | undefined;
  /** How long work that was told to end may take to do so. Default 0: it is not waited for. */
  readonly settleMs?: number;
}

/**
 * Does `work` within a time limit. Its signal fires when the time is up or the caller's signal fires; then this rejects
 * with `TIMEOUT` or `ABORTED`, after `settleMs` at the latest, even when `work` does not listen and never ends.
 * Work that was told to end and succeeds nevertheless, in time, has succeeded.
 */
export async function withDeadline<T>(
  scheduler: Scheduler,
  options: DeadlineOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { limitMs, subject, signal, settleMs = 0 } = options;
  if (signal?.aborted === true) throw new K4eError('ABORTED', { subject, retry: 'never' });
  const controller = new AbortController();
  const cancels: (() => void)[] = [];
  let cause: K4eError | undefined;
  const onAbort = (): void => controller.abort();
  const ended = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => {
      cause ??= new K4eError('ABORTED', { subject, retry: 'never' });
      const error = cause;
      if (settleMs === 0) reject(error);
      else cancels.push(scheduler.schedule(settleMs, () => reject(error)));
    });
  });
  cancels.push(
    scheduler.schedule(limitMs, () => {
      cause = new K4eError('TIMEOUT', { subject, message: `no result within ${limitMs} ms` });
      controller.abort();
    }),
  );
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(controller.signal), ended]);
  } catch (error) {
    throw cause ?? error;
  } finally {
    for (const cancel of cancels) cancel();
    signal?.removeEventListener('abort', onAbort);
  }
}
