import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { K4eError } from '@k4e/core';
import { createControlPlane } from '@k4e/core/control-plane';
import type { ResourceStore } from '@k4e/core/ports';
import { CONFIG_MAP, EDGE_DEVICE } from '@k4e/core/resources';
import { createDiscardMetrics, createFakeClock, createMemoryLogger } from '@k4e/core/testing';
import { createSqliteStore } from '@k4e/store-sqlite';

/** A store that refuses two of three messages between replicas. */
function forgetful(store: ResourceStore): ResourceStore {
  let messages = 0;
  return {
    ...store,
    async apply(kind, resource, options) {
      const isMessage = kind.kind === CONFIG_MAP.kind;
      if (isMessage && ++messages % 3 !== 0) throw new K4eError('STORE_UNAVAILABLE', { message: 'not now' });
      return store.apply(kind, resource, options);
    },
  };
}

test.each([
  ['', (store: ResourceStore) => store],
  [', also when the store fails it now and then', forgetful],
])('a device that only a replica without leadership hears does not count as silent%s', async (_when, seenByOther) => {
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  const store = createSqliteStore({ file: ':memory:', clock, logger });
  const common = { store, clock, logger, metrics: createDiscardMetrics(), random: () => 0.5, uuid: randomUUID };
  const settings = (id: string) => ({
    deviceNamespace: 'default',
    gracePeriodMs: 120_000,
    workers: 2,
    replica: { id, namespace: 'k4e' },
  });
  const leader = createControlPlane({ ...common, settings: settings('leader') });
  const other = createControlPlane({ ...common, store: seenByOther(store), settings: settings('other') });
  const stopper = new AbortController();
  const running = Promise.all([leader.watch(stopper), other.watch(stopper), leader.reconcile(stopper)]);
  while (!leader.synced() || !other.synced()) await clock.advance(1);

  await other.edgeApi.acceptData('dev-1', { directive: 'registration', content: {} });
  await clock.advance(100);
  const phase = async () => (await store.get(EDGE_DEVICE, { namespace: 'default', name: 'dev-1' }))?.status?.phase;
  const beat = () =>
    other.edgeApi.acceptData('dev-1', { directive: 'heartbeat', content: { status: 'up', version: 'v1' } });
  const phases = new Set<string | undefined>();
  for (let minute = 0; minute < 12; minute++) {
    await beat();
    await clock.advance(60_000);
    phases.add(await phase());
  }
  expect([...phases]).toEqual(['up']);

  await clock.advance(60_000);
  await vi.waitFor(async () => {
    await clock.advance(1_000);
    expect(await phase()).toBe('unreachable');
  });
  await beat();
  await vi.waitFor(async () => {
    await clock.advance(100);
    expect(await phase()).toBe('up');
  });
  stopper.abort();
  await clock.advance(20_000);
  await running;
  await store.close();
});
