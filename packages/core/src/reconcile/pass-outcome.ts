import { errorCode, errorText, hasCode } from '../foundation/index.ts';
import type { Logger } from '../ports/index.ts';

/**
 * Conflicts of a key in a row that are no news: two writers met, or the cache has yet to see what was written. With the
 * default back-off they last some six seconds. Further ones are logged as warnings.
 */
export const MAX_QUIET_CONFLICTS = 6;

/** How a pass ended. `conflict`: another writer was quicker. `failed` is retried with back-off, `refused` not before a change. */
export type PassOutcome = 'done' | 'requeued' | 'conflict' | 'failed' | 'refused' | 'timed-out' | 'aborted';

/** A pass that failed, and when it is tried again; never without a change when `undefined`. */
export interface PassFailure {
  readonly key: string;
  readonly error: unknown;
  /** Failures of the key in a row, this one among them. */
  readonly failures: number;
  readonly retryInMs: number | undefined;
}

/** How a failed pass is counted. Pure. */
export function failureOutcome({ error, retryInMs }: PassFailure): PassOutcome {
  if (retryInMs === undefined) return 'refused';
  if (hasCode(error, 'TIMEOUT')) return 'timed-out';
  return hasCode(error, 'CONFLICT') ? 'conflict' : 'failed';
}

function describeFailure(failure: PassFailure): string {
  if (failure.retryInMs === undefined) return 'pass refused: not tried again before a change';
  return failureOutcome(failure) === 'conflict' ? 'passes keep meeting another writer' : 'pass failed';
}

/**
 * Says why a pass failed and what comes next. That another writer was quicker is no news until it has happened more than
 * `MAX_QUIET_CONFLICTS` times in a row. What is no k4e error is a defect and comes with its stack.
 */
export function logFailure(logger: Logger, failure: PassFailure): void {
  const { key, error, failures, retryInMs } = failure;
  const code = errorCode(error);
  const fields = { key, error: errorText(error), code, failures, retryInMs };
  if (failureOutcome(failure) === 'conflict' && failures <= MAX_QUIET_CONFLICTS)
    logger.debug('pass met another writer', fields);
  else if (code === undefined)
    logger.error('pass failed', { ...fields, stack: error instanceof Error ? error.stack : undefined });
  else logger.warn(describeFailure(failure), fields);
}
