import { expect, test } from 'vitest';
import { Look } from './look.ts';
import type { TransferOutcome } from './look.ts';

const walked = (): Look => {
  const look = new Look({ number: 1, startedAtMs: 0, isFinal: false });
  look.isWalked = true;
  return look;
};

test('a look that met nothing new is complete and done, once all files were met', () => {
  const look = new Look({ number: 1, startedAtMs: 0, isFinal: false });
  expect([look.isEnded, look.isComplete, look.isDone]).toEqual([false, false, false]);
  look.isWalked = true;
  expect([look.isEnded, look.isComplete, look.isDone]).toEqual([true, true, true]);
});

test.each<[TransferOutcome, number, boolean, boolean]>([
  ['stored', 0, true, true],
  ['settled', 0, true, true],
  ['changed', 1, true, false],
  ['held', 1, false, false],
  ['failed', 1, false, false],
])('a file on its way that is %s leaves %i pending; complete %s, done %s', (outcome, files, isComplete, isDone) => {
  const look = walked();
  look.noteOpen(7);
  expect([look.pending, look.isEnded]).toEqual([{ files: 1, bytes: 7 }, false]);
  look.noteEnded(7, outcome);
  expect(look.pending).toEqual({ files, bytes: files * 7 });
  expect([look.isEnded, look.isComplete, look.isDone]).toEqual([true, isComplete, isDone]);
});

test.each([
  ['waiting', true],
  ['held', false],
  ['failed', false],
  ['later', false],
] as const)('a file that is left, %s, is pending; complete %s', (why, isComplete) => {
  const look = walked();
  look.noteLeft(7, why);
  expect([look.pending, look.isComplete, look.isDone]).toEqual([{ files: 1, bytes: 7 }, isComplete, false]);
});

test('one that was interrupted is not complete', () => {
  const look = walked();
  look.noteInterrupted();
  expect([look.pending.files, look.isComplete, look.held]).toEqual([0, false, 1]);
});

test('what is refused is told by the first, and counted', () => {
  const look = walked();
  expect(look.refusal).toBeUndefined();
  look.noteRefused('a');
  expect(look.refusal).toBe('a');
  look.noteRefused('b');
  look.noteRefused('c');
  expect([look.refusal, look.isDone]).toEqual(['a; and 2 more', true]);
});
