import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CONNECTION_FINALIZER, FIELD_OWNERS, WORKLOAD_FINALIZER } from '@k4e/core/control-plane';
import { EDGE_DEVICE } from '@k4e/core/resources';
import type { ResourceStore } from '@k4e/core/ports';
import { startFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';

/** As `MAX_CONFLICT_ATTEMPTS` says. */
const ATTEMPTS = 8;
const DEV_1 = { namespace: 'default', name: 'dev-1' };

/** Writes by somebody else that still come in between, each right before a finalizer is written. */
let foreignWrites = 0;
let fleet: Fleet;

/** The store of a fleet in which somebody else is quicker `foreignWrites` times. */
function contested(store: ResourceStore): ResourceStore {
  const interfere = async (): Promise<void> => {
    foreignWrites -= 1;
    const metadata = { ...DEV_1, labels: { left: String(foreignWrites) } };
    await store.apply(EDGE_DEVICE, { metadata }, { owner: 'somebody', force: true });
  };
  return {
    ...store,
    async apply(kind, resource, options) {
      if (options.owner === FIELD_OWNERS.lifeCycle && foreignWrites > 0) await interfere();
      return store.apply(kind, resource, options);
    },
  };
}

/** Lets the control plane work for a moment, and looks again until it holds. */
async function eventually(check: () => Promise<void>): Promise<void> {
  await vi.waitFor(async () => {
    await fleet.clock.advance(100);
    await check();
  });
}

const finalizers = async (): Promise<readonly string[] | undefined> =>
  (await fleet.device('dev-1'))?.metadata.finalizers;
const control = (): Promise<unknown> => fleet.controlPlane.edgeApi.fetchControl('dev-1');

beforeEach(async () => {
  foreignWrites = 0;
  fleet = await startFleet({ storeSeen: contested });
  await fleet.register('dev-1');
  await eventually(async () => expect(await finalizers()).toHaveLength(2));
  await fleet.store.delete(EDGE_DEVICE, DEV_1);
  await eventually(async () => expect((await fleet.device('dev-1'))?.status?.phase).toBe('deleting'));
});
afterEach(() => fleet.stop());

/** A device that was told once that it is to run nothing, and has taken its disconnect. */
async function leave(): Promise<void> {
  await eventually(async () => expect(await control()).toMatchObject({ content: { command: 'disconnect' } }));
  await fleet.controlPlane.edgeApi.acceptControl('dev-1', {
    type: 'connection-status',
    content: { state: 'offline' },
  });
}

test.each([0, 1, 2, ATTEMPTS - 1])(
  'a device that fetches once is told to disconnect, though %i other writes come in between',
  async (writes) => {
    foreignWrites = writes;
    await fleet.configuration('dev-1');
    expect(foreignWrites).toBe(0);
    expect(await finalizers()).toEqual([CONNECTION_FINALIZER]);
    await leave();
    await eventually(async () => expect(await fleet.device('dev-1')).toBeUndefined());
  },
);

test.each([1, 2, ATTEMPTS - 1])(
  'a device that says once that it is gone is gone, though %i other writes come in between',
  async (writes) => {
    await fleet.configuration('dev-1');
    await eventually(async () => expect(await control()).toBeDefined());
    foreignWrites = writes;
    await leave();
    await eventually(async () => expect(await fleet.device('dev-1')).toBeUndefined());
    expect(foreignWrites).toBe(0);
  },
);

test('a device that is written to all the time gets its configuration, a line is logged, and the next poll tries again', async () => {
  foreignWrites = ATTEMPTS;
  expect((await fleet.configuration('dev-1')).workloads).toEqual([]);
  expect(foreignWrites).toBe(0);
  expect(await finalizers()).toEqual([CONNECTION_FINALIZER, WORKLOAD_FINALIZER]);
  const warnings = fleet.logger.lines.filter(({ level }) => level === 'warn');
  expect(warnings).toMatchObject([
    { message: 'a finalizer could not be removed', fields: { device: 'dev-1', finalizer: WORKLOAD_FINALIZER } },
  ]);
  await fleet.configuration('dev-1');
  expect(await finalizers()).toEqual([CONNECTION_FINALIZER]);
});
