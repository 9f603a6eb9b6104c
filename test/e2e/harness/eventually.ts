import { setTimeout as delay } from 'node:timers/promises';

/** Who has waited for long looks rarely: a look may start programs, which take the time of what is waited for. */
const LOOK_EVERY_MS = { first: 150, last: 2_000, shareOfWait: 1 / 20 };

/** How long to look, and what to say when it was in vain. */
export interface EventuallyOptions {
  /** Default `EVENTUALLY_DEADLINE_MS`. */
  readonly deadlineMs?: number;
  /** What a person would look at to understand the failure: logs, `kubectl describe`. */
  readonly explain?: () => Promise<string>;
}

/** How long things may take on a busy machine when the caller names no time. */
export const EVENTUALLY_DEADLINE_MS = 60_000;

/**
 * Runs `expectation` until it does not throw, and resolves with what it gives. After the deadline it fails with its last
 * error and with what `explain` says.
 */
export async function eventually<T>(
  what: string,
  expectation: () => Promise<T> | T,
  { deadlineMs = EVENTUALLY_DEADLINE_MS, explain }: EventuallyOptions = {},
): Promise<T> {
  const startedMs = Date.now();
  for (;;) {
    try {
      return await expectation();
    } catch (error) {
      const waitedMs = Date.now() - startedMs;
      if (waitedMs > deadlineMs) {
        const last = error instanceof Error ? error.message : String(error);
        const explanation = (await explain?.()) ?? '';
        throw new Error(`not within ${String(deadlineMs)} ms: ${what}\n${last}\n${explanation}`, { cause: error });
      }
      await delay(pauseAfter(waitedMs));
    }
  }
}

function pauseAfter(waitedMs: number): number {
  const { first, last, shareOfWait } = LOOK_EVERY_MS;
  return Math.min(last, Math.max(first, waitedMs * shareOfWait));
}
