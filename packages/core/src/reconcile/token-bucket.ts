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

/** Creates a full bucket. */
export function createTokenBucket(options: RateLimit & { readonly clock: Pick<Clock, 'monotonicMs'> }): TokenBucket {
  const { perSecond, burst, clock } = options;
  let tokens = burst;
  let countedAtMs = clock.monotonicMs();
  const refill = (): void => {
    const nowMs = clock.monotonicMs();
    tokens = Math.min(burst, tokens + ((nowMs - countedAtMs) * perSecond) / 1_000);
    countedAtMs = nowMs;
  };
  return {
    tryTake() {
      refill();
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    msUntilToken() {
      refill();
      return tokens >= 1 ? 0 : Math.max(1, Math.ceil(((1 - tokens) * 1_000) / perSecond));
    },
  };
}
