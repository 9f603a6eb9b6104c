import type { Clock } from '../ports/index.ts';

interface Timer {
  readonly atMs: number;
  readonly sequence: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves time on, running what falls due, in order; lets promises settle before each and at the end. */
  advance(ms: number): Promise<void>;
  /** How many timers wait. */
  pending(): number;
}

/** Rounds of the event loop that let chains of resolved promises run to their next wait. */
const SETTLE_ROUNDS = 5;

async function settle(): Promise<void> {
  for (let round = 0; round < SETTLE_ROUNDS; round++) await new Promise((resolve) => setImmediate(resolve));
}

/** Creates a fake clock that starts at `startMs` (default: 2026-01-01T00:00:00Z). */
export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let nowMs = startMs;
  let sequence = 0;
  const timers = new Set<Timer>();
  const nextDue = (limitMs: number): Timer | undefined =>
    [...timers].filter((timer) => timer.atMs <= limitMs).sort((a, b) => a.atMs - b.atMs || a.sequence - b.sequence)[0];
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs - startMs,
    schedule(delayMs, callback) {
      const timer = { atMs: nowMs + Math.max(0, delayMs), sequence: sequence++, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      await settle();
      for (let timer = nextDue(endMs); timer !== undefined; timer = nextDue(endMs)) {
        timers.delete(timer);
        nowMs = timer.atMs;
        timer.callback();
        await settle();
      }
      nowMs = endMs;
      await settle();
    },
    pending: () => timers.size,
  };
}
