import type { Clock, Logger, MetricsSink } from '../ports/index.ts';
import type { PassFailure } from './pass-outcome.ts';
import type { WorkQueueOptions } from './work-queue.ts';

/** Passes of a controller that run at the same time, unless told otherwise. */
export const DEFAULT_WORKERS = 4;
/** Longest that a pass may take before it is aborted, unless told otherwise. */
export const PASS_TIME_LIMIT_MS = 60_000;
/** Longest that a controller that is told to stop waits for its passes before it aborts them, unless told otherwise. */
export const DRAIN_TIME_LIMIT_MS = 10_000;
/** Shortest time between a pass and the next one that it asks for: a pass that always asks for more cannot spin. */
export const MIN_REQUEUE_MS = 50;
/** Passes that may go on without heeding their signal; with that many, no worker starts another until one ends. */
export const MAX_STUCK_PASSES = 100;

/** When the key wants to be looked at again though nothing changes; without it: not before something does. */
export interface ReconcileResult {
  /** At least `MIN_REQUEUE_MS`, at most `MAX_DELAY_MS`. */
  readonly requeueAfterMs?: number;
}

/**
 * One pass for one key: reads what is wanted and what is, afresh, and brings them together. Must stand being run again
 * at any time. A key whose resource is gone is not an error.
 *
 * | outcome | what follows |
 * |---|---|
 * | resolves | the failures of the key are forgotten; next pass when asked for |
 * | resolves with `requeueAfterMs` | the same, and a pass after that time at the latest |
 * | rejects with `CONFLICT` | the same as any other, but logged as a warning only after `MAX_QUIET_CONFLICTS` in a row |
 * | rejects | logged with its code; next pass as `retryDelayMs` says: for retry `never`, when something changes |
 * | throws, or returns a `requeueAfterMs` that is no number | as rejects |
 * | takes longer than the time limit | its signal fires; counts as failed with `TIMEOUT`, retried with back-off once it has really ended |
 */
export type Reconcile = (
  key: string,
  options: { readonly signal: AbortSignal },
) => Promise<ReconcileResult | undefined> | Promise<void>;

/** What a controller is made of. */
export interface ControllerOptions {
  /** For logs and metrics. */
  readonly name: string;
  readonly reconcile: Reconcile;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsSink;
  /** Default `DEFAULT_WORKERS`. */
  readonly workers?: number;
  /** How retries are spaced, and how many keys there may be. */
  readonly queue?: Pick<WorkQueueOptions, 'backoff' | 'retryRate' | 'maxKeys'>;
  /** Numbers in [0, 1) for the jitter. Default `Math.random`. */
  readonly random?: () => number;
  /** Default `PASS_TIME_LIMIT_MS`. */
  readonly timeLimitMs?: number;
  /** Default `DRAIN_TIME_LIMIT_MS`. */
  readonly drainLimitMs?: number;
  /** Told of each pass that failed, for events and conditions. Must not throw. */
  readonly onFailure?: (failure: PassFailure) => void;
}

/**
 * Runs passes for the keys that it is given: never two at once for one key, and a pass after every request.
 *
 * | call | outcome |
 * |---|---|
 * | `enqueue` | a pass soon |
 * | `enqueueAfter` | a pass after `delayMs` at the latest: one that comes sooner stands for it |
 * | either, while not running | a pass as soon as it runs |
 * | `run` | works until `signal` fires, then lets its passes end, aborts those that take longer than the drain limit, and resolves; never rejects for a failed pass |
 * | `run` again after it ended | goes on with what was left |
 * | `run` while running | rejects with `INTERNAL` |
 */
export interface Controller {
  readonly name: string;
  readonly enqueue: (key: string) => void;
  readonly enqueueAfter: (key: string, delayMs: number) => void;
  readonly run: (options: { readonly signal: AbortSignal }) => Promise<void>;
}
