import { backoffDelayMs } from '../../foundation/index.ts';
import type { Backoff, Retry } from '../../foundation/index.ts';

/** Between two tries of a workload that fails or crashes: 10 s, doubling up to 5 minutes. */
export const WORKLOAD_BACKOFF: Backoff = { firstMs: 10_000, maxMs: 300_000, factor: 2, jitter: 0.1 };

/** A pod that stayed up that long has recovered: its next crash is its first. Ten minutes. */
export const RECOVERED_AFTER_MS = 600_000;

/**
 * What is remembered of the tries to get a pod up, or away. Times are monotonic milliseconds.
 * A memory for another fingerprint counts for nothing: a changed pod is tried at once.
 */
export interface Attempt {
  /** Of the pod that was tried; `undefined` for a removal. */
  readonly fingerprint: string | undefined;
  readonly atMs: number;
  /** Tries in a row that failed. */
  readonly failures: number;
  /** Successful tries to get the same pod up again, without a recovery between them. */
  readonly repairs: number;
  /** No try before that; `Infinity`: none until something changes. */
  readonly notBeforeMs: number;
  /** Why the last try failed, in words. */
  readonly failure?: string;
}

/** How a try went. */
export interface AttemptOutcome {
  readonly fingerprint: string | undefined;
  readonly atMs: number;
  readonly failure?: { readonly message: string; readonly retry: Retry };
}

/** The memory after a try. `random` gives numbers in [0, 1). */
export function rememberAttempt(before: Attempt | undefined, outcome: AttemptOutcome, random: () => number): Attempt {
  const { fingerprint, atMs, failure } = outcome;
  const last = before?.fingerprint === fingerprint ? before : undefined;
  if (failure !== undefined) {
    const failures = (last?.failures ?? 0) + 1;
    const notBeforeMs = atMs + retryDelayMs(failure.retry, failures, random);
    return { fingerprint, atMs, failures, repairs: last?.repairs ?? 0, notBeforeMs, failure: failure.message };
  }
  const isFirst = last === undefined || atMs - last.atMs >= RECOVERED_AFTER_MS;
  const repairs = isFirst ? 0 : last.repairs + (last.failures > 0 ? 0 : 1);
  const delayMs = repairs === 0 ? 0 : backoffDelayMs(WORKLOAD_BACKOFF, repairs, random);
  return { fingerprint, atMs, failures: 0, repairs, notBeforeMs: atMs + delayMs };
}

function retryDelayMs(retry: Retry, failures: number, random: () => number): number {
  if (retry === 'never') return Infinity;
  return retry === 'backoff' ? backoffDelayMs(WORKLOAD_BACKOFF, failures, random) : retry.afterMs;
}

/** When a pod with this fingerprint may be tried: monotonic milliseconds, in the past for "now". */
export function dueAtMs(attempt: Attempt | undefined, fingerprint: string | undefined): number {
  return attempt?.fingerprint === fingerprint ? (attempt?.notBeforeMs ?? 0) : 0;
}
