import { expect, test } from 'vitest';
import { createFakeClock } from '../../testing/index.ts';
import { MAX_RATE_SLICE_BYTES, createByteRate } from './byte-rate.ts';

function bench(perSecond: number | undefined) {
  const clock = createFakeClock();
  const limit = { perSecond };
  const rate = createByteRate(clock, () => limit.perSecond);
  const ended: string[] = [];
  const controller = new AbortController();
  const take = (name: string, bytes: number): void =>
    void rate.take(bytes, { signal: controller.signal }).then(
      () => ended.push(`${name} ${clock.monotonicMs()}`),
      () => ended.push(`${name} aborted`),
    );
  return { clock, limit, take, ended, controller };
}

test('without a limit nothing waits', async () => {
  const { clock, take, ended } = bench(undefined);
  take('a', 1e12);
  await clock.advance(0);
  expect(ended).toEqual(['a 0']);
});

test('bytes are spread over time, over all takers', async () => {
  const { clock, take, ended } = bench(4_096);
  take('a', 4_096);
  take('b', 4_096);
  await clock.advance(10_000);
  expect(ended).toEqual(['a 1500', 'b 1750']);
});

test('a large taker leaves turns to a small one', async () => {
  const { clock, take, ended } = bench(1_000_000);
  take('large', 100 * MAX_RATE_SLICE_BYTES);
  take('small', 1);
  await clock.advance(10_000);
  expect(ended[0]).toMatch(/^small/);
  expect(ended).toHaveLength(2);
});

test('after a rest there is no burst beyond a slice', async () => {
  const { clock, take, ended } = bench(1_024);
  await clock.advance(60_000);
  take('a', 3_072);
  await clock.advance(10_000);
  expect(ended).toEqual(['a 62000']);
});

test('a new limit holds from the next turn on, and an end ends a wait', async () => {
  const { clock, limit, take, ended, controller } = bench(1_024);
  take('a', 1_024 * 1_024);
  await clock.advance(1_000);
  limit.perSecond = undefined;
  await clock.advance(1_000);
  expect(ended).toEqual(['a 2000']);
  limit.perSecond = 1_024;
  take('b', 1_024 * 1_024);
  await clock.advance(1_000);
  controller.abort();
  await clock.advance(0);
  expect(ended).toEqual(['a 2000', 'b aborted']);
});
