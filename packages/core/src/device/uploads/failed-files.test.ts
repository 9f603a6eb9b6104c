import { expect, test } from 'vitest';
import { K4eError } from '../../foundation/index.ts';
import { FailedFiles, MAX_FAILED_FILES } from './failed-files.ts';

const refused = new K4eError('STORAGE_REFUSED');
const at = (nowMs: number, look = 1) => ({ nowMs, look });

test('a file that failed waits, longer each time, and the others do not', () => {
  const failed = new FailedFiles(() => 0);
  expect([failed.notBeforeMs('a', 1), failed.problem]).toEqual([0, undefined]);
  failed.noteFailure('a', refused, at(1_000));
  expect([failed.notBeforeMs('a', 1), failed.notBeforeMs('b', 1)]).toEqual([3_000, 0]);
  failed.noteFailure('a', refused, at(3_000));
  expect(failed.notBeforeMs('a', 1)).toBe(7_000);
  failed.forget('a');
  expect([failed.notBeforeMs('a', 1), failed.problem]).toEqual([0, undefined]);
});

test('the problem counts, and names the first and the next try', () => {
  const failed = new FailedFiles(() => 0);
  failed.noteFailure('a', refused, at(1_000));
  expect(failed.problem).toEqual({
    code: 'STORAGE_REFUSED',
    message: '1 file could not be uploaded, such as "a": the object store does not allow it',
    retryAtMs: 3_000,
  });
  failed.noteFailure('b', new K4eError('STORAGE_FAILED', { retry: 'never' }), at(0));
  expect(failed.problem).toMatchObject({ message: expect.stringMatching(/^2 files/) as unknown, retryAtMs: 3_000 });
});

test('what a whole look has not met is gone', () => {
  const failed = new FailedFiles(() => 0);
  failed.noteFailure('a', refused, at(0, 1));
  failed.noteFailure('b', refused, at(0, 1));
  failed.notBeforeMs('a', 2);
  failed.forgetUnseen(2);
  expect([failed.notBeforeMs('a', 3), failed.notBeforeMs('b', 3)]).toEqual([2_000, 0]);
});

test('its limit', () => {
  const failed = new FailedFiles(() => 0);
  for (let i = 1; i < MAX_FAILED_FILES; i++) failed.noteFailure(`${i}`, refused, at(0));
  expect(failed.isFull).toBe(false);
  failed.noteFailure('last', refused, at(0));
  expect(failed.isFull).toBe(true);
  failed.noteFailure('one more', refused, at(0));
  expect(failed.notBeforeMs('one more', 1)).toBe(0);
  expect(failed.problem?.message).toMatch(/^1000 or more files/);
  failed.noteFailure('last', refused, at(2_000));
  expect(failed.notBeforeMs('last', 1)).toBe(6_000);
});
