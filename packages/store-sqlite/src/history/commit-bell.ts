import type { Clock } from '@k4e/core/ports';

/** Why a wait ended: something was committed, nothing was for the time given, or the waiter or the store gave up. */
export type Woken = 'committed' | 'quiet' | 'ended';

/** Tells watches that something was committed. */
export interface CommitBell {
  ring(): void;
  wait(clock: Clock, quietMs: number, signal: AbortSignal): Promise<Woken>;
  isClosed(): boolean;
  /** Ends every wait, now and later. */
  close(): void;
}

/** A bell that nobody waits for yet. */
export function createCommitBell(): CommitBell {
  const waiting = new Set<(woken: Woken) => void>();
  let closed = false;
  const wake = (woken: Woken): void => {
    for (const resolve of [...waiting]) resolve(woken);
  };
  return {
    ring: () => wake('committed'),
    wait: (clock, quietMs, signal) =>
      new Promise((resolve) => {
        const end = (woken: Woken): void => {
          waiting.delete(end);
          cancel();
          signal.removeEventListener('abort', onAbort);
          resolve(woken);
        };
        const onAbort = (): void => end('ended');
        const cancel = clock.schedule(quietMs, () => end('quiet'));
        waiting.add(end);
        signal.addEventListener('abort', onAbort, { once: true });
        if (closed || signal.aborted) end('ended');
      }),
    isClosed: () => closed,
    close() {
      closed = true;
      wake('ended');
    },
  };
}
