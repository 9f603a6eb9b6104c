import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MAX_TIMER_DELAY_MS, createSystemClock } from './system-clock.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('runs a callback once, after its delay', () => {
  const callback = vi.fn();
  createSystemClock().schedule(1_000, callback);
  vi.advanceTimersByTime(999);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  expect(callback).toHaveBeenCalledTimes(1);
});

test('a cancelled callback never runs, and cancelling twice is fine', () => {
  const callback = vi.fn();
  const cancel = createSystemClock().schedule(10, callback);
  cancel();
  cancel();
  vi.advanceTimersByTime(1_000);
  expect(callback).not.toHaveBeenCalled();
});

test('a delay longer than a timer can hold is waited for in full, and can be cancelled in between', () => {
  const clock = createSystemClock();
  const callback = vi.fn();
  const cancelled = vi.fn();
  clock.schedule(MAX_TIMER_DELAY_MS + 5_000, callback);
  const cancel = clock.schedule(MAX_TIMER_DELAY_MS + 5_000, cancelled);
  vi.advanceTimersByTime(MAX_TIMER_DELAY_MS + 4_999);
  expect(callback).not.toHaveBeenCalled();
  cancel();
  vi.advanceTimersByTime(1);
  expect(callback).toHaveBeenCalledTimes(1);
  expect(cancelled).not.toHaveBeenCalled();
});

test('monotonic time does not go back', () => {
  vi.useRealTimers();
  const clock = createSystemClock();
  const before = clock.monotonicMs();
  expect(clock.monotonicMs()).toBeGreaterThanOrEqual(before);
  expect(Math.abs(clock.nowMs() - Date.now())).toBeLessThan(1_000);
});
