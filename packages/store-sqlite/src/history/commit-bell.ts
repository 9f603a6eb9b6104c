import type { Clock } from '@k4e/core/ports';

/** Tells watches that something was committed. */
export interface CommitBell {
  ring(): void;
  /** Resolves with the next ring, after `limitMs`, when `signal` fires, or when the bell is closed. */
  wait(clock: Clock, limitMs: number, signal: AbortSignal): Promise<void>;
  isClosed(): boolean;
  /** Ends every wait, now and later. */
  close(): void;
}

/** A bell that nobody waits for yet. */
export function createCommitBell(): CommitBell {
  const waiting = new Set<() => void>();
  let closed = false;
  const wake = (): void => {
    for (const end of [...waiting]) end();
  };
  return {
    ring: wake,
    wait: (clock, limitMs, signal) =>
      new Promise((resolve) => {
        const end = (): void => {
          waiting.delete(end);
          cancel();
          signal.removeEventListener('abort', end);
          resolve();
        };
        const cancel = clock.schedule(limitMs, end);
        waiting.add(end);
        signal.addEventListener('abort', end, { once: true });
        if (closed || signal.aborted) end();
      }),
    isClosed: () => closed,
    close() {
      closed = true;
      wake();
    },
  };
}
