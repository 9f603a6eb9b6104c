import type { Backoff } from '../../foundation/index.ts';
import { backoffDelayMs, errorCode, errorRetry } from '../../foundation/index.ts';

/** Interval between two looks when the one asked for is no number, in milliseconds (wire: upstream's constant). */
export const DEFAULT_POLL_INTERVAL_MS = 5_000;
/** Shortest interval that is obeyed. */
export const MIN_POLL_INTERVAL_MS = 1_000;
/** Longest interval that is obeyed: a day. */
export const MAX_POLL_INTERVAL_MS = 86_400_000;
/** How long a control plane is asked to hold a poll: below the 30 s after which many a proxy gives up on a silent request. */
export const HOLD_SECONDS = 25;
/** Shortest time between two looks of one channel, however often `refresh` is called or a held poll is answered. */
export const MIN_LOOK_SPACING_MS = 250;
/** Interval between two looks while the control plane does not know the device, unless the usual one is longer. */
export const UNKNOWN_DEVICE_INTERVAL_MS = 30_000;
/** Share of an interval that is random, so that a fleet that started together does not look together. */
export const INTERVAL_JITTER = 0.1;
/** Waits after failures: a control plane that comes back has its whole fleet back within half a minute. */
export const POLL_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 30_000, factor: 2, jitter: 0.5 };

/** The interval that is obeyed when `askedMs` is asked for. */
export function boundedIntervalMs(askedMs: number, minMs = MIN_POLL_INTERVAL_MS): number {
  if (Number.isNaN(askedMs)) return DEFAULT_POLL_INTERVAL_MS;
  return Math.min(MAX_POLL_INTERVAL_MS, Math.max(minMs, askedMs));
}

/** How long to wait after a look that failed for the `failures`th time in a row. Refusals wait longest: they need a person. */
export function retryDelayMs(error: unknown, failures: number, backoff: Backoff, random: () => number): number {
  const isRefusal = errorCode(error) === 'LINK_REFUSED';
  const delayMs = backoffDelayMs(isRefusal ? { ...backoff, firstMs: backoff.maxMs } : backoff, failures, random);
  const retry = errorRetry(error);
  return typeof retry === 'object' ? Math.max(delayMs, retry.afterMs) : delayMs;
}
