import { expect, test } from 'vitest';
import { K4eError } from '../../foundation/index.ts';
import type { ErrorCode } from '../../foundation/index.ts';
import { JournalFailure, failureScope, journalled } from './failure-scope.ts';

test.each<[ErrorCode, string]>([
  ['STORAGE_UNREACHABLE', 'bucket'],
  ['STORAGE_CREDENTIALS', 'bucket'],
  ['STORAGE_CLOCK_SKEW', 'bucket'],
  ['STORAGE_NO_BUCKET', 'bucket'],
  ['STORAGE_FULL', 'bucket'],
  ['STORAGE_THROTTLED', 'bucket'],
  ['TIMEOUT', 'bucket'],
  ['STORAGE_REFUSED', 'file'],
  ['STORAGE_FAILED', 'file'],
  ['STATE_UNREADABLE', 'file'],
  ['INVALID_INPUT', 'file'],
  ['ABORTED', 'aborted'],
])('%s is of the %s', (code, scope) => {
  expect(failureScope(new K4eError(code))).toBe(scope);
});

test('what is not ours is of the file', () => {
  expect(failureScope(new Error('x'))).toBe('file');
});

test('what the journal fails with is of the journal, unless it was told to end', async () => {
  const failure = await journalled(Promise.reject(new K4eError('STATE_UNWRITABLE'))).catch((error: unknown) => error);
  expect(failureScope(failure)).toBe('journal');
  expect(failureScope(new JournalFailure(new K4eError('ABORTED')))).toBe('aborted');
  expect(await journalled(Promise.resolve(7))).toBe(7);
});
