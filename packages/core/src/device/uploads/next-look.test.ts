import { expect, test } from 'vitest';
import { CHANGE_MAX_DELAY_MS, CHANGE_QUIET_MS, MIN_LOOK_GAP_MS, REST_FACTOR, nextLookAtMs } from './next-look.ts';
import type { LookTiming } from './next-look.ts';

const last = { startedAtMs: 1_000, endedAtMs: 1_200, workedMs: 0 };
const next = (timing: Partial<LookTiming> = {}): number =>
  nextLookAtMs({
    intervalMs: 15_000,
    last,
    changes: undefined,
    retryAtMs: undefined,
    isUrgent: false,
    notBeforeMs: 0,
    ...timing,
  });

test('the first look is due at once, unless it has to wait', () => {
  expect(next({ last: undefined })).toBe(0);
  expect(next({ last: undefined, notBeforeMs: 7_000 })).toBe(7_000);
});

test('one each interval, from start to start', () => {
  expect(next()).toBe(16_000);
  expect(next({ notBeforeMs: 20_000 })).toBe(20_000);
});

test('a change brings it forward, when it is quiet again, or after the longest delay', () => {
  expect(next({ changes: { firstAtMs: 2_000, lastAtMs: 2_500 } })).toBe(2_500 + CHANGE_QUIET_MS);
  expect(next({ changes: { firstAtMs: 2_000, lastAtMs: 6_900 } })).toBe(2_000 + CHANGE_MAX_DELAY_MS);
  expect(next({ changes: { firstAtMs: 15_900, lastAtMs: 15_900 } })).toBe(16_000);
  expect(next({ changes: { firstAtMs: 2_000, lastAtMs: 2_000 }, notBeforeMs: 9_000 })).toBe(9_000);
});

test('files that failed bring it forward', () => {
  expect(next({ retryAtMs: 4_000 })).toBe(4_000);
  expect(next({ retryAtMs: 40_000 })).toBe(16_000);
});

test('a look that had much to do rests', () => {
  expect(next({ last: { ...last, workedMs: 10_000 } })).toBe(1_200 + 10_000 * REST_FACTOR);
  expect(next({ last: { ...last, workedMs: 1_000 }, changes: { firstAtMs: 1_100, lastAtMs: 1_100 } })).toBe(10_200);
});

test('what was waited for is looked at now', () => {
  expect(next({ isUrgent: true })).toBe(1_200 + MIN_LOOK_GAP_MS);
  expect(next({ isUrgent: true, last: { ...last, workedMs: 10_000 } })).toBe(1_200 + MIN_LOOK_GAP_MS);
  expect(next({ isUrgent: true, notBeforeMs: 5_000 })).toBe(5_000);
});
