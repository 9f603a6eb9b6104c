import { K4eError, errorCode, errorText } from '@k4e/core';
import type { ErrorCode } from '@k4e/core';

/** SQLite's primary result codes that mean something to a caller. */
const PRIMARY_CODES: Readonly<Record<number, readonly [code: ErrorCode, message: string]>> = {
  3: ['STORE_UNAVAILABLE', 'no permission to use the database'],
  5: ['STORE_UNAVAILABLE', 'another process uses this database; a store belongs to one process'],
  8: ['STORE_UNAVAILABLE', 'the database is read-only'],
  10: ['STORE_UNAVAILABLE', 'the disk failed'],
  11: ['STATE_CORRUPT', 'the database is damaged; restore it from a backup, or move it away to start empty'],
  13: ['STORE_UNAVAILABLE', 'no space is left'],
  14: ['STORE_UNAVAILABLE', 'the database cannot be opened'],
  26: [
    'STATE_CORRUPT',
    'this is no database, or a damaged one; restore it from a backup, or move it away to start empty',
  ],
};

const PRIMARY_CODE_MASK = 0xff;

/** `error` of SQLite as one of ours; k4e's own errors stay. The subject is the file. */
export function translateSqliteError(error: unknown, file: string): K4eError {
  if (error instanceof K4eError) return error;
  if (errorCode(error) !== undefined) return new K4eError('INTERNAL', { subject: file, cause: error });
  const resultCode = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined;
  const known = resultCode === undefined ? undefined : PRIMARY_CODES[resultCode & PRIMARY_CODE_MASK];
  if (known === undefined) return new K4eError('INTERNAL', { subject: file, message: errorText(error), cause: error });
  const [code, message] = known;
  return new K4eError(code, {
    subject: file,
    message,
    cause: error,
    retry: code === 'STATE_CORRUPT' ? 'never' : 'backoff',
  });
}
