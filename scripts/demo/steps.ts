import { setTimeout as delay } from 'node:timers/promises';
import type { Reporter, StepName } from './reporter.ts';

/** Longest that a step may take. */
export const STEP_LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 20;

/** A step that was not seen. Its message is the cause. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
}

/** What a look at a step finds: its details once it has happened, why not yet otherwise. */
export type Look = { readonly seen: string } | { readonly waiting: string };

/** Watches the steps, one after the other; the time of a step counts from the end of the one before. */
export function createSteps(
  reporter: Reporter,
  signal: AbortSignal,
): { see(step: StepName, look: () => Promise<Look>): Promise<void> } {
  let beganMs = performance.now();
  return {
    async see(step, look) {
      for (;;) {
        signal.throwIfAborted();
        const found = await look().catch((error: unknown): Look => ({
          waiting: error instanceof Error ? error.message : String(error),
        }));
        const ms = performance.now() - beganMs;
        if ('seen' in found) {
          reporter.passed(step, ms, found.seen);
          beganMs = performance.now();
          return;
        }
        if (ms > STEP_LIMIT_MS) {
          reporter.failed(step, ms, found.waiting);
          throw new StepFailure(found.waiting);
        }
        await delay(LOOK_AGAIN_MS, undefined, { signal });
      }
    },
  };
}
