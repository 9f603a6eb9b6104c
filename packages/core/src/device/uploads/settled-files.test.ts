import { describe, expect, test } from 'vitest';
import { CLOCK_TOLERANCE_MS, SETTLE_MS, createSteadyClock, isSettled } from './settled-files.ts';

const file = (changedAtMs: number) => ({ sizeBytes: 1, modifiedAtMs: 0, changedAtMs, inode: 1 });
const settled = (ageMs: number, steadyForMs: number): boolean =>
  isSettled(file(1_000_000 - ageMs), { nowMs: 1_000_000, steadyForMs });

describe('a file is settled', () => {
  test.each([
    ['long after its change', SETTLE_MS, SETTLE_MS, true],
    ['not shortly after it', SETTLE_MS - 1, SETTLE_MS, false],
    ['not while the clock is new', 3_600_000, SETTLE_MS - 1, false],
    ['when it changed before the clock went back', -3_600_000, SETTLE_MS, true],
    ['not when the clock was only put right a little', -CLOCK_TOLERANCE_MS, SETTLE_MS, false],
    ['when it changed in another age of the clock', 1_700_000_000_000, SETTLE_MS, true],
  ])('%s', (_when, ageMs, steadyForMs, expected) => {
    expect(settled(ageMs, steadyForMs)).toBe(expected);
  });
});

test('a clock is steady until it jumps, and again from then on', () => {
  const time = { nowMs: 50, monotonicMs: 7 };
  const steady = createSteadyClock({ nowMs: () => time.nowMs, monotonicMs: () => time.monotonicMs });
  const pass = (ms: number, jumpMs = 0): number => {
    time.monotonicMs += ms;
    time.nowMs += ms + jumpMs;
    return steady.moment().steadyForMs;
  };
  expect(pass(0)).toBe(0);
  expect(pass(5_000)).toBe(5_000);
  expect(pass(1_000, CLOCK_TOLERANCE_MS)).toBe(6_000);
  expect(pass(1_000, 1)).toBe(0);
  expect(pass(1_000)).toBe(1_000);
  expect(pass(1_000, -3_600_000)).toBe(0);
  expect(pass(1_000, 1_700_000_000_000)).toBe(0);
  expect(pass(2_000)).toBe(2_000);
});
