import type { Backoff } from '../foundation/index.ts';
import type { CallOptions, Clock } from '../ports/index.ts';
import type { RateLimit } from './token-bucket.ts';

/** Most keys that a queue knows at once, unless told otherwise. */
export const MAX_QUEUE_KEYS = 1_000_000;
/** Back-off of a key that keeps failing, unless told otherwise. */
export const DEFAULT_RETRY_BACKOFF: Backoff = { firstMs: 100, maxMs: 60_000, factor: 2, jitter: 0.5 };
/** Retries of all keys together, unless told otherwise. */
export const DEFAULT_RETRY_RATE: RateLimit = { perSecond: 50, burst: 200 };

/** A key to work on: how long it was ready before somebody took it, and how often in a row it has failed before. */
export interface WorkItem {
  readonly key: string;
  readonly waitedMs: number;
  readonly failures: number;
}

/** What a queue is made of. */
export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Default `DEFAULT_RETRY_BACKOFF`. */
  readonly backoff?: Backoff;
  /** Default `DEFAULT_RETRY_RATE`. Holds back retries only; a change is never held back. */
  readonly retryRate?: RateLimit;
  /** Default `MAX_QUEUE_KEYS`. */
  readonly maxKeys?: number;
  /** Numbers in [0, 1) for the jitter. Default `Math.random`. */
  readonly random?: () => number;
}

/**
 * Keys to work on. A key is in the queue once: of several requests the earliest wins, and the pass that it brings stands
 * for all of them. What is asked for while a key is worked on brings another pass after this one; no two work on one key.
 *
 * | call | outcome |
 * |---|---|
 * | `add` | the key can be taken now, behind those that could before |
 * | `addAfter` | the same after `delayMs`, unless the key is due earlier. At most `MAX_DELAY_MS`; 0 and less is now; NaN throws `INVALID_INPUT` |
 * | either, for a key that would be one too many | throws `TOO_LARGE` |
 * | `take` | the key that has been ready longest, now the caller's until `done`; `undefined` after `shutdown`; rejects with `ABORTED` |
 * | `retry` of a key that was taken | counts a failure; comes again after `retryDelayMs`, or not: then `undefined`, and the failures are forgotten |
 * | `forget` | the failures of the key are forgotten; what is asked for stays |
 * | `done` | the key is free again: once per `take`, after `retry` or `forget` |
 * | `retry`, `done` of a key that is not taken | throws `INTERNAL` |
 * | `shutdown` | nothing more is taken or added, `retry` brings nothing back; returns the keys that were asked for and not begun |
 */
export interface WorkQueue {
  /** Keys that can be taken now. */
  readonly length: number;
  /** Keys that wait for their moment or for their retry. */
  readonly delayed: number;
  add(key: string): void;
  addAfter(key: string, delayMs: number): void;
  take(options?: CallOptions): Promise<WorkItem | undefined>;
  retry(key: string, error: unknown): number | undefined;
  forget(key: string): void;
  done(key: string): void;
  shutdown(): readonly string[];
}
