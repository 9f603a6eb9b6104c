import { K4eError, errorCode, errorText, systemCode } from '@k4e/core';

/** What a call was about to do with the disk; a failure is told by it. */
export type DiskUse = 'read' | 'write';

const PRIMARY_CODE_MASK = 0xff;

/**
 * Primary result codes of SQLite that mean that the file is not what we wrote: error in a statement of ours (a table or
 * column is missing), corrupt, schema, mismatch, not a database; and of `node:sqlite`, a number that we never write.
 */
const DAMAGE: ReadonlySet<number> = new Set([1, 11, 17, 20, 26]);
const SHORT_READ = 522;

const FULL = 13;
const READ_ONLY = 8;
const BUSY = 5;

/** Whether `error` says that the file is damaged. */
export function isDamage(error: unknown): boolean {
  if (errorCode(error) === 'STATE_CORRUPT') return true;
  if (systemCode(error) === 'ERR_OUT_OF_RANGE') return true;
  const result = resultCodeOf(error);
  return result !== undefined && (result === SHORT_READ || DAMAGE.has(result & PRIMARY_CODE_MASK));
}

/** What the port says of a failure; errors of ours stay as they are. */
export function toJournalError(error: unknown, file: string, use: DiskUse): unknown {
  if (errorCode(error) !== undefined) return error;
  if (isDamage(error)) return damaged(file, errorText(error), error);
  const primary = (resultCodeOf(error) ?? 0) & PRIMARY_CODE_MASK;
  const isWriting = use === 'write' || primary === FULL || primary === READ_ONLY;
  const message = primary === BUSY ? 'another process uses it; a journal belongs to one process' : errorText(error);
  return new K4eError(isWriting ? 'STATE_UNWRITABLE' : 'STATE_UNREADABLE', { subject: file, message, cause: error });
}

/** The journal is not what was written. */
export function damaged(file: string, message: string, cause?: unknown): K4eError {
  return new K4eError('STATE_CORRUPT', { subject: file, message, retry: 'never', cause });
}

function resultCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined;
}
