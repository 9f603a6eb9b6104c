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

test('what is cached precedes a write until it has its version, or a later one', () => {
  const writes = createRecentWrites({ clock: createFakeClock() });
  expect(writes.mayPrecede(device('1'))).toBe(false);
  writes.wrote(device('10'));
  expect(writes.mayPrecede(device('9'))).toBe(true);
  expect(writes.mayPrecede(device('10'))).toBe(false);
  expect(writes.mayPrecede(device('11'))).toBe(false);
  expect(writes.mayPrecede(device('9', 'gate-8'))).toBe(false);
});

test('versions that are no numbers may come in any order, until the lag is over', async () => {
  const clock = createFakeClock();
  const writes = createRecentWrites({ clock });
  writes.wrote(device('b'));
  expect(writes.mayPrecede(device('b'))).toBe(false);
  await clock.advance(CACHE_LAG_LIMIT_MS - 1);
  expect(writes.mayPrecede(device('a'))).toBe(true);
  await clock.advance(1);
  expect(writes.mayPrecede(device('a'))).toBe(false);
});

test('at the limit the oldest write is forgotten', () => {
  const writes = createRecentWrites({ clock: createFakeClock() });
  for (let index = 0; index < MAX_RECENT_WRITES; index++) writes.wrote(device('2', `dev-${index}`));
  expect(writes.mayPrecede(device('1', 'dev-0'))).toBe(true);
  writes.wrote(device('2', 'one-more'));
  expect(writes.mayPrecede(device('1', 'dev-0'))).toBe(false);
  expect(writes.mayPrecede(device('1', 'dev-1'))).toBe(true);
});
