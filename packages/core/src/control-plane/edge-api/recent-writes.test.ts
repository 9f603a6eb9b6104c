import { createFakeClock } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import type { EdgeDevice } from '../../resources/index.ts';
import { CACHE_LAG_LIMIT_MS, MAX_RECENT_WRITES, createRecentWrites } from './recent-writes.ts';

function device(resourceVersion: string, name = 'gate-7'): EdgeDevice {
  return {
    apiVersion: 'management.k4e.io/v1alpha1',
    kind: 'EdgeDevice',
    metadata: { namespace: 'default', name, resourceVersion },
    spec: {},
  };
}

test('what is cached may precede a write until it shows the version of the write', () => {
  const writes = createRecentWrites({ clock: createFakeClock() });
  expect(writes.mayPrecede(device('1'))).toBe(false);
  writes.wrote(device('2'));
  expect(writes.mayPrecede(device('1'))).toBe(true);
  expect(writes.mayPrecede(device('2'))).toBe(false);
  expect(writes.mayPrecede(device('1', 'gate-8'))).toBe(false);
});

test('a version of somebody else counts as caught up once the lag is over', async () => {
  const clock = createFakeClock();
  const writes = createRecentWrites({ clock });
  writes.wrote(device('2'));
  await clock.advance(CACHE_LAG_LIMIT_MS - 1);
  expect(writes.mayPrecede(device('3'))).toBe(true);
  await clock.advance(1);
  expect(writes.mayPrecede(device('3'))).toBe(false);
});

test('at the limit the oldest write is forgotten', () => {
  const writes = createRecentWrites({ clock: createFakeClock() });
  for (let index = 0; index < MAX_RECENT_WRITES; index++) writes.wrote(device('2', `dev-${index}`));
  expect(writes.mayPrecede(device('1', 'dev-0'))).toBe(true);
  writes.wrote(device('2', 'one-more'));
  expect(writes.mayPrecede(device('1', 'dev-0'))).toBe(false);
  expect(writes.mayPrecede(device('1', 'dev-1'))).toBe(true);
});
