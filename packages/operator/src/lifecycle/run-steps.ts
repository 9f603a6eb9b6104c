import { errorText } from '@k4e/core';
import type { Clock, Logger } from '@k4e/core/ports';
import { withDeadline } from '@k4e/core/reconcile';

/** One step of starting or stopping a process. */
export interface LifecycleStep {
  readonly name: string;
  /** How long it may take; then its signal fires and the next step comes. */
  readonly deadlineMs: number;
  readonly run: (options: { readonly signal: AbortSignal }) => Promise<unknown>;
}

/**
 * Runs all steps, one after the other, whatever becomes of each. Resolves with what went wrong, in the words of the step:
 * the end of a process has to come to an end.
 */
export async function runSteps(
  steps: readonly LifecycleStep[],
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { name, deadlineMs, run } of steps) {
    const startMs = clock.monotonicMs();
    try {
      await withDeadline({ clock, limitMs: deadlineMs, subject: name }, (signal) =>
        run({ signal }).then(() => undefined),
      );
      logger.debug('a step is done', { step: name, tookMs: Math.round(clock.monotonicMs() - startMs) });
    } catch (error) {
      failures.push(`${name}: ${errorText(error)}`);
      logger.warn('a step was not done', { step: name, error: errorText(error) });
    }
  }
  return failures;
}
