import { backoffDelayMs, errorRetry, hasCode } from '../foundation/index.ts';
import type { Backoff } from '../foundation/index.ts';

/** Longest wait before another try, and longest delay of a key: a day. What asks for more waits this long. */
export const MAX_DELAY_MS = 86_400_000;

/**
 * Waits before the first tries after a `CONFLICT`: at once, then short ones for a cache that has yet to see the other
 * writer's change. When they are used up, a conflict backs off like any failure.
 */
export const CONFLICT_DELAYS_MS = [0, 25, 100] as const;

/**
 * How long to wait before work that failed is tried again; `undefined`: not until something changes. Pure.
 *
 * | error | wait |
 * |---|---|
 * | `CONFLICT`, among the first failures in a row | the entry of `CONFLICT_DELAYS_MS` |
 * | `ABORTED` | back-off: cancelled work is not finished work, whoever cancelled it |
 * | retry `never` | `undefined` |
 * | retry `afterMs` | that long, within the back-off's first delay and `MAX_DELAY_MS` |
 * | retry `backoff`, and whatever is no k4e error | back-off |
 *
 * `failures` counts this one: 1 is the first in a row.
 */
export function retryDelayMs(
  error: unknown,
  failures: number,
  backoff: Backoff,
  random: () => number,
): number | undefined {
  const quick = hasCode(error, 'CONFLICT') ? CONFLICT_DELAYS_MS[failures - 1] : undefined;
  if (quick !== undefined) return quick;
  const retry = hasCode(error, 'ABORTED') ? 'backoff' : errorRetry(error);
  if (retry === 'never') return undefined;
  if (retry === 'backoff' || !Number.isFinite(retry.afterMs)) return backoffDelayMs(backoff, failures, random);
  return Math.min(MAX_DELAY_MS, Math.max(backoff.firstMs, retry.afterMs));
}
