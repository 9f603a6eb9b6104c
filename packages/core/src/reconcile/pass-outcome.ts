import { errorCode, errorText, hasCode } from '../foundation/index.ts';
import type { Logger } from '../ports/index.ts';
import { CONFLICT_DELAYS_MS } from './retry-delay.ts';

/** How a pass ended. `conflict` is retried at once or nearly so, `failed` with back-off, `refused` not before a change. */
export type PassOutcome = 'done' | 'requeued' | 'conflict' | 'failed' | 'refused' | 'timed-out' | 'aborted';

/** A pass that failed, and when it is tried again; never without a change when `undefined`. */
export interface PassFailure {
  readonly key: string;
  readonly error: unknown;
  readonly retryInMs: number | undefined;
}

const LONGEST_CONFLICT_DELAY_MS = Math.max(...CONFLICT_DELAYS_MS);

/** How a failed pass is counted. Pure. */
export function failureOutcome({ error, retryInMs }: PassFailure): PassOutcome {
  if (retryInMs === undefined) return 'refused';
  if (hasCode(error, 'TIMEOUT')) return 'timed-out';
  return hasCode(error, 'CONFLICT') && retryInMs <= LONGEST_CONFLICT_DELAY_MS ? 'conflict' : 'failed';
}

/** Says why a pass failed and what comes next. What is no k4e error is a defect and comes with its stack. */
export function logFailure(logger: Logger, failure: PassFailure): void {
  const { key, error, retryInMs } = failure;
  const code = errorCode(error);
  const fields = { key, error: errorText(error), code, retryInMs };
  if (failureOutcome(failure) === 'conflict') logger.debug('pass met another writer', fields);
  else if (code === undefined)
    logger.error('pass failed', { ...fields, stack: error instanceof Error ? error.stack : undefined });
  else logger.warn(retryInMs === undefined ? 'pass refused: not tried again before a change' : 'pass failed', fields);
}
