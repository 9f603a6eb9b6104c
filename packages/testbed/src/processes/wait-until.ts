import { setTimeout as delay } from 'node:timers/promises';

/** How long and how often to look. */
export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** What is waited for, in words for the error: "the API server is ready". */
  readonly what: string;
  readonly deadlineMs: number;
  /** Default `WAIT_INTERVAL_MS`. */
  readonly intervalMs?: number;
}

/** The time between two looks when the caller names none. */
export const WAIT_INTERVAL_MS = 50;

/**
 * Looks until `probe` gives something other than `undefined` or `false`, and resolves with it. What `probe` throws ends
 * the wait at once. Fails with the words of `what` after the deadline.
 */
export async function waitUntil<T>(
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  options: WaitOptions,
): Promise<T> {
  const startedMs = Date.now();
  for (;;) {
    options.signal?.throwIfAborted();
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() - startedMs > options.deadlineMs) {
      throw new Error(`waited ${String(options.deadlineMs)} ms in vain until ${options.what}`);
    }
    await delay(
      options.intervalMs ?? WAIT_INTERVAL_MS,
      undefined,
      options.signal === undefined ? {} : { signal: options.signal },
    );
  }
}
