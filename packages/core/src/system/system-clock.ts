import type { Clock } from '../ports/index.ts';

/** Longest delay that a timer of the platform can hold, in milliseconds (2^31 - 1); longer ones are waited for in pieces. */
export const MAX_TIMER_DELAY_MS = 2_147_483_647;

/** The machine's own time. A scheduled callback keeps the process alive until it ran or was cancelled. */
export function createSystemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    schedule: scheduleInPieces,
  };
}

function scheduleInPieces(delayMs: number, callback: () => void): () => void {
  let restMs = delayMs;
  let timer: NodeJS.Timeout;
  const next = (): void => {
    const pieceMs = Math.min(restMs, MAX_TIMER_DELAY_MS);
    restMs -= pieceMs;
    timer = setTimeout(() => (restMs > 0 ? next() : callback()), pieceMs);
  };
  next();
  return () => clearTimeout(timer);
}
