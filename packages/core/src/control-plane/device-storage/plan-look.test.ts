import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MIN_RENEWAL_MS, renewalTimeMs } from './plan-look.ts';

test('credentials are renewed around half of their life, and never in a rush', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const lifeMs = fc.integer({ min: -60_000, max: 604_800_000 });
  fc.assert(
    fc.property(lifeMs, random, (life, share) => {
      const afterMs = renewalTimeMs(1_000_000 + life, 1_000_000, share) - 1_000_000;
      expect(afterMs).toBeGreaterThanOrEqual(MIN_RENEWAL_MS);
      if (life * 0.4 >= MIN_RENEWAL_MS) expect([afterMs >= life * 0.39, afterMs <= life * 0.61]).toEqual([true, true]);
    }),
  );
});
