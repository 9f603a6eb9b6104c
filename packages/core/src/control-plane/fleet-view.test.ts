import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ResourceStore } from '../ports/index.ts';
import { EDGE_DEPLOYMENT, EDGE_DEVICE } from '../resources/index.ts';
import type { EdgeDeployment, EdgeDevice } from '../resources/index.ts';
import { createDiscardMetrics, createFakeClock, createMemoryLogger } from '../testing/index.ts';
import { sampleDeployment, sampleDevice, sampleEntry } from './edge-device/samples.testing.ts';
import { createFleetView } from './fleet-view.ts';
import type { FleetView } from './fleet-view.ts';

const stopper = { current: new AbortController() };
beforeEach(() => {
  stopper.current = new AbortController();
});
afterEach(() => stopper.current.abort());

/** A view of a fleet that does not change. */
async function view(devices: readonly EdgeDevice[], deployments: readonly EdgeDeployment[]): Promise<FleetView> {
  const clock = createFakeClock();
  const store: Pick<ResourceStore, 'list' | 'watch'> = {
    list: async (kind) => {
      const items = { [EDGE_DEVICE.kind]: devices, [EDGE_DEPLOYMENT.kind]: deployments }[kind.kind] ?? [];
      return { items: items.map((item) => kind.admit(item)), resourceVersion: '1' };
    },
    async *watch(_kind, _scope, { signal }) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      yield* [];
    },
  };
  const fleet = createFleetView({ store, clock, logger: createMemoryLogger(), metrics: createDiscardMetrics() });
  void fleet.run(stopper.current);
  while (!fleet.synced()) await clock.advance(1);
  return fleet;
}

test('what a device is to run is worked out once for each state of it', async () => {
  const entries = [sampleEntry('web'), sampleEntry('gone', { withdrawnTime: '2026-01-01T00:00:00.000Z' })];
  const fleet = await view(
    [sampleDevice({ deployments: entries })],
    [sampleDeployment('web'), sampleDeployment('gone'), sampleDeployment('other')],
  );
  const [device] = fleet.devices.list();
  if (device === undefined) throw new Error('the device is not there');
  const carried = fleet.carriedBy(device);
  expect(carried.map(({ metadata }) => metadata.name)).toEqual(['web']);
  expect(fleet.carriedBy(device)).toBe(carried);
  expect(
    fleet.carriedBy({ ...device, metadata: { ...device.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }),
  ).toEqual([]);
});

test('a deployment is rendered once for each state of it', async () => {
  const fleet = await view([], [sampleDeployment('web')]);
  const [deployment] = fleet.deployments.list();
  if (deployment === undefined) throw new Error('the deployment is not there');
  expect(fleet.workloadOf(deployment)).toBe(fleet.workloadOf(deployment));
  expect(fleet.unsupported(deployment)).toEqual([]);
});
