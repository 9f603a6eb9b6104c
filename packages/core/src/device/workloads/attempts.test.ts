import { describe, expect, test } from 'vitest';
import type { Attempt, AttemptOutcome } from './attempts.ts';
import { RECOVERED_AFTER_MS, dueAtMs, rememberAttempt } from './attempts.ts';

const failure = { message: 'no', retry: 'backoff' } as const;
const after = (before: Attempt | undefined, outcome: Partial<AttemptOutcome>): Attempt =>
  rememberAttempt(before, { fingerprint: 'one', atMs: 0, ...outcome }, () => 0);

test('failures wait 10 s, 20 s, 40 s, up to 5 minutes', () => {
  const delaysMs: number[] = [];
  let attempt: Attempt | undefined;
  for (let i = 0; i < 7; i++) {
    attempt = after(attempt, { failure });
    delaysMs.push(attempt.notBeforeMs);
  }
  expect(delaysMs).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
});

test('a success ends them, and another fingerprint knows nothing of them', () => {
  const failed = after(after(undefined, { failure }), { failure });
  expect(after(failed, {})).toMatchObject({ failures: 0, notBeforeMs: 0 });
  expect(after(failed, { failure, fingerprint: 'two' })).toMatchObject({ failures: 1, notBeforeMs: 10_000 });
  expect(dueAtMs(failed, 'one')).toBe(20_000);
  expect(dueAtMs(failed, 'two')).toBe(0);
  expect(dueAtMs(undefined, 'one')).toBe(0);
});

test.each([
  ['never', Infinity],
  [{ afterMs: 123 }, 123],
] as const)('an error whose retry is %j is obeyed', (retry, notBeforeMs) => {
  expect(after(undefined, { failure: { message: 'no', retry } }).notBeforeMs).toBe(notBeforeMs);
});

describe('a pod that keeps crashing', () => {
  test('is started again at once, then after 10 s, 20 s, up to 5 minutes', () => {
    const waitsMs: number[] = [];
    let attempt: Attempt | undefined;
    for (let i = 0; i < 8; i++) {
      const atMs = attempt?.notBeforeMs ?? 0;
      attempt = after(attempt, { atMs });
      waitsMs.push(attempt.notBeforeMs - atMs);
    }
    expect(waitsMs).toEqual([0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
  });

  test('has recovered after ten minutes', () => {
    const restarted = after(after(undefined, {}), { atMs: 1_000 });
    expect(restarted.repairs).toBe(1);
    expect(after(restarted, { atMs: 1_000 + RECOVERED_AFTER_MS - 1 }).repairs).toBe(2);
    expect(after(restarted, { atMs: 1_000 + RECOVERED_AFTER_MS }).repairs).toBe(0);
  });
});
