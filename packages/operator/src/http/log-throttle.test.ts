import { createFakeClock } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import { createLogThrottle } from './log-throttle.ts';

test('one line in an interval for each key, with the number of those left out', async () => {
  const clock = createFakeClock();
  const throttle = createLogThrottle(clock, 1_000);
  const lines: string[] = [];
  const log = (key: string) => {
    throttle.log(key, (omitted) => lines.push(`${key} ${String(omitted)}`));
  };
  log('a');
  log('a');
  log('b');
  await clock.advance(999);
  log('a');
  expect(lines).toEqual(['a 0', 'b 0']);
  await clock.advance(1);
  log('a');
  log('a');
  await clock.advance(1_000);
  log('a');
  expect(lines).toEqual(['a 0', 'b 0', 'a 2', 'a 1']);
});
