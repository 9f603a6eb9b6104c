import { createDoorbell } from '@k4e/core/link';
import { createFakeClock } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import { LOOK_INTERVAL_MS, SETTLE_MS, watchDirectory } from './watch-directory.ts';

test('a directory that is not there is looked at now and then, and when somebody rings; changes in a row are one look', async () => {
  const [clock, stop] = [createFakeClock(), new AbortController()];
  const bell = createDoorbell(clock);
  let looks = 0;
  const look = async (): Promise<void> => {
    looks++;
    await Promise.resolve();
  };
  const running = watchDirectory({ directory: '/nowhere/at/all', clock, bell, look }, { signal: stop.signal });
  await clock.advance(LOOK_INTERVAL_MS - 1);
  expect(looks).toBe(1);
  await clock.advance(1 + SETTLE_MS);
  expect(looks).toBe(2);
  bell.ring();
  await clock.advance(SETTLE_MS - 1);
  bell.ring();
  expect(looks).toBe(2);
  await clock.advance(1 + SETTLE_MS);
  expect(looks).toBe(4);
  stop.abort();
  await running;
  expect(clock.pending()).toBe(0);
});
