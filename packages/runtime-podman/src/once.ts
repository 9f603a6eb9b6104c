import { K4eError } from '@k4e/core';
import type { CallOptions } from '@k4e/core/ports';

/**
 * Does it until it has succeeded once; whoever asks meanwhile waits for that too. It goes on when one of them waits no longer:
 * the next finds it further.
 */
export function createOnce(work: () => Promise<void>): (options: CallOptions) => Promise<void> {
  let running: Promise<boolean> | undefined;
  return async ({ signal }) => {
    running ??= work().then(
      () => true,
      (error: unknown) => {
        running = undefined;
        throw error;
      },
    );
    await (signal === undefined ? running : unlessAborted(running, signal));
  };
}

async function unlessAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(new K4eError('ABORTED', { retry: 'never' }));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
