import { backoffDelayMs, errorRetry, hasCode } from '../../foundation/index.ts';

/** Shortest time between the starts of two heartbeats, in milliseconds. */
export const MIN_HEARTBEAT_GAP_MS = 1_000;
/** How long a heartbeat that something has changed waits for more of that, in milliseconds. */
export const HURRY_DELAY_MS = 100;
/** Longest wait that a control plane can ask for between two heartbeats, in milliseconds: an hour. */
export const MAX_ASKED_WAIT_MS = 3_600_000;

/** What the next heartbeat's time depends on. All times monotonic milliseconds. */
export interface HeartbeatTiming {
  readonly periodMs: number;
  /** Start of the last one; absent before the first. */
  readonly lastAtMs: number | undefined;
  /** When to try again after a failure; absent when the last one was taken. */
  readonly retryAtMs: number | undefined;
  /** Since when the control plane should hear of a change. */
  readonly hurriedAtMs: number | undefined;
}

/** When the next heartbeat is due. The first at once; a change hurries one, a failure that is not over holds it back. */
export function nextHeartbeatAtMs({ periodMs, lastAtMs, retryAtMs, hurriedAtMs }: HeartbeatTiming): number {
  if (lastAtMs === undefined) return 0;
  if (retryAtMs !== undefined) return retryAtMs;
  const dueAtMs = lastAtMs + periodMs;
  if (hurriedAtMs === undefined) return dueAtMs;
  return Math.min(dueAtMs, Math.max(hurriedAtMs + HURRY_DELAY_MS, lastAtMs + MIN_HEARTBEAT_GAP_MS));
}

/**
 * How long to wait after a heartbeat that failed `failures` times in a row: soon, so that one lost packet makes no device
 * look dead; never beyond the period unless the control plane asks for it. A refused one waits for the period.
 */
export function heartbeatRetryMs(
  error: unknown,
  {
    periodMs,
    failures,
    random,
  }: { readonly periodMs: number; readonly failures: number; readonly random: () => number },
): number {
  if (hasCode(error, 'LINK_REFUSED')) return periodMs;
  const backoff = { firstMs: Math.min(MIN_HEARTBEAT_GAP_MS, periodMs), maxMs: periodMs, factor: 2, jitter: 0.5 };
  const delayMs = backoffDelayMs(backoff, failures, random);
  const retry = errorRetry(error);
  return typeof retry === 'object' ? Math.max(delayMs, Math.min(retry.afterMs, MAX_ASKED_WAIT_MS)) : delayMs;
}
