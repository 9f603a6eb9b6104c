import { expect, test } from 'vitest';
import { K4eError } from '../../foundation/index.ts';
import { MAX_ASKED_WAIT_MS, heartbeatRetryMs, nextHeartbeatAtMs } from './heartbeat-timing.ts';

const timing = { periodMs: 60_000, lastAtMs: 100_000, retryAtMs: undefined, hurriedAtMs: undefined };

test.each([
  ['the first is due at once', { lastAtMs: undefined }, 0],
  ['the next after the period', {}, 160_000],
  ['a change hurries it, a moment later', { hurriedAtMs: 130_000 }, 130_100],
  ['but not right after the last', { hurriedAtMs: 100_010 }, 101_000],
  ['and never puts it off', { hurriedAtMs: 159_990 }, 160_000],
  ['a failure decides alone', { hurriedAtMs: 100_010, retryAtMs: 104_000 }, 104_000],
])('%s', (_what, extra, atMs) => {
  expect(nextHeartbeatAtMs({ ...timing, ...extra })).toBe(atMs);
});

const retryMs = (error: unknown, failures: number, periodMs = 10_000) =>
  heartbeatRetryMs(error, { periodMs, failures, random: () => 0 });
const unreachable = (retry: 'backoff' | { afterMs: number } = 'backoff') => new K4eError('LINK_UNREACHABLE', { retry });

test('a lost heartbeat is sent again soon, and never later than the next would have been', () => {
  expect([1, 2, 3, 4, 5, 50].map((failures) => retryMs(unreachable(), failures))).toEqual([
    1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
  ]);
  expect(retryMs(unreachable(), 1, 500)).toBe(500);
});

test('unless the control plane asks for more, within reason', () => {
  expect(retryMs(unreachable({ afterMs: 30_000 }), 1)).toBe(30_000);
  expect(retryMs(unreachable({ afterMs: 10 }), 1)).toBe(1_000);
  expect(retryMs(unreachable({ afterMs: Infinity }), 1)).toBe(MAX_ASKED_WAIT_MS);
});

test('a refused one waits for its period', () => {
  expect(retryMs(new K4eError('LINK_REFUSED', { retry: 'never' }), 1)).toBe(10_000);
});
