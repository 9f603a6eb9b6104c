import { K4eError, errorCode, errorText, systemCode } from '@k4e/core';

const GONE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

/** Whether a call failed because what it was for is not there, or is something else by now. */
export function isGone(error: unknown): boolean {
  return GONE.has(systemCode(error));
}

const EXHAUSTED: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS']);

/** Whether a call failed because the machine had nothing left for it; that says nothing of what it was for. */
export function isExhausted(error: unknown): boolean {
  return EXHAUSTED.has(systemCode(error));
}

/** What a port says of a failed call of the system; errors of ours stay as they are. */
export function unreadable(subject: string, error: unknown): unknown {
  if (errorCode(error) !== undefined) return error;
  return new K4eError('STATE_UNREADABLE', { subject, message: errorText(error), cause: error });
}
