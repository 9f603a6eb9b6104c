import type { Clock } from '../ports/index.ts';

/** A rate that allows bursts. */
export interface RateLimit {
  /** What may happen a second in the long run; above 0. */
  readonly perSecond: number;
  /** What may happen at once after a rest; at least 1. */
  readonly burst: number;
}

/** Says whether the next one may happen now. Starts full. Measures with the monotonic clock. */
export interface TokenBucket {
  /** Takes a token if there is one. */
  tryTake(): boolean;
  /** Whole milliseconds until `tryTake` can succeed; 0 when it can now. */
  msUntilToken(): number;
}

/** Keeps a rounding error from asking for one millisecond too many. */
const EPSILON_MS = 1e-6;

/** Creates a full bucket. */
export function createTokenBucket(options: RateLimit & { readonly clock: Pick<Clock, 'monotonicMs'> }): TokenBucket {
  const { perSecond, burst, clock } = options;
  const intervalMs = 1_000 / perSecond;
  let fullAtMs = clock.monotonicMs();
  const msUntilToken = (): number => {
    const tokenAtMs = fullAtMs - (burst - 1) * intervalMs;
    return Math.max(0, Math.ceil(tokenAtMs - clock.monotonicMs() - EPSILON_MS));
  };
  return {
    msUntilToken,
    tryTake() {
      if (msUntilToken() > 0) return false;
      fullAtMs = Math.max(fullAtMs, clock.monotonicMs()) + intervalMs;
      return true;
    },
  };
}
