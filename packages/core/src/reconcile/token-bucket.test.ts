import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/index.ts';
import { createTokenBucket } from './token-bucket.ts';

test('gives its burst at once, and then its rate', async () => {
  const clock = createFakeClock();
  const bucket = createTokenBucket({ perSecond: 10, burst: 3, clock });
  const taken = (): number => {
    let count = 0;
    while (bucket.tryTake()) count += 1;
    return count;
  };
  expect(taken()).toBe(3);
  expect(bucket.msUntilToken()).toBe(100);
  await clock.advance(99);
  expect([taken(), bucket.msUntilToken()]).toEqual([0, 1]);
  await clock.advance(1);
  expect([taken(), bucket.msUntilToken()]).toEqual([1, 100]);
  await clock.advance(60_000);
  expect([bucket.msUntilToken(), taken()]).toEqual([0, 3]);
});

test.each([3, 7, 0.013, 1_000, 33.3])(
  'after the wait that it names there is a token: %d a second',
  async (perSecond) => {
    const clock = createFakeClock();
    const bucket = createTokenBucket({ perSecond, burst: 1, clock });
    for (let round = 0; round < 20; round++) {
      bucket.tryTake();
      await clock.advance(bucket.msUntilToken());
      if (bucket.msUntilToken() > 0) await clock.advance(1);
      expect(bucket.msUntilToken()).toBe(0);
    }
  },
);
