import { K4eError } from '@k4e/core';
import type { ResourceStore } from '@k4e/core/ports';
import { createFakeClock } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import { createReadiness } from './readiness.ts';
import { STORE_PROBE_INTERVAL_MS, STORE_PROBE_LIMIT_MS, createStoreProbe } from './store-probe.ts';

function probing(get: () => Promise<undefined>) {
  const clock = createFakeClock();
  let asked = 0;
  const store: Pick<ResourceStore, 'get'> = {
    get: () => {
      asked++;
      return get();
    },
  };
  const probe = createStoreProbe({ store, clock, namespace: 'default' });
  return { clock, probe, asked: () => asked };
}

test('ready when the caches are filled and the store answers, until it is withdrawn', async () => {
  let synced = false;
  const { probe } = probing(() => Promise.resolve(undefined));
  const readiness = createReadiness({ synced: () => synced, probe });
  expect(await readiness.report()).toMatchObject({ ready: false, checks: { running: 'ok', store: 'ok' } });
  synced = true;
  expect(await readiness.report()).toEqual({ ready: true, checks: { running: 'ok', caches: 'ok', store: 'ok' } });
  readiness.withdraw();
  expect(await readiness.report()).toMatchObject({ ready: false, checks: { caches: 'ok' } });
});

test('a store that fails is told in its own words', async () => {
  const { probe } = probing(() => Promise.reject(new K4eError('STORE_UNAVAILABLE', { message: 'connection refused' })));
  const report = await createReadiness({ synced: () => true, probe }).report();
  expect(report).toMatchObject({ ready: false, checks: { store: 'connection refused' } });
});

test('a store that never answers is given up', async () => {
  const { clock, probe } = probing(() => new Promise(() => undefined));
  const result = probe();
  await clock.advance(STORE_PROBE_LIMIT_MS);
  expect(await result).toContain('2000 ms');
});

test('the store is asked once in a while, however often we are', async () => {
  const { clock, probe, asked } = probing(() => Promise.resolve(undefined));
  for (let round = 0; round < 10; round++) await probe();
  expect(asked()).toBe(1);
  await clock.advance(STORE_PROBE_INTERVAL_MS);
  await probe();
  expect(asked()).toBe(2);
});
