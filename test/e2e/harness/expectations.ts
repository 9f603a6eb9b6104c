import { expect } from 'vitest';
import type { FleetOfOne } from './fleet-of-one.ts';
import { fetchPage } from './web-deployment.ts';

/** What of a fleet these look at. */
type Fleet = Pick<FleetOfOne, 'cluster' | 'deviceId' | 'origin' | 'eventually'>;

/** Waits until the page is served at the device's host port, from outside of it. */
export async function serves(fleet: Fleet, hostPort: number, page: string): Promise<void> {
  await fleet.eventually(`port ${String(hostPort)} serves "${page}"`, async () => {
    expect(await fetchPage(fleet.origin(hostPort))).toMatchObject({ page });
  });
}

/** Waits until `kubectl get` says of the device and of the deployment that the deployment runs, as it is now. */
export async function runs(fleet: Fleet, name: string): Promise<void> {
  const { cluster, deviceId } = fleet;
  await fleet.eventually(`${name} is shown as running`, async () => {
    const { status } = (await cluster.device(deviceId)) ?? {};
    expect(status?.deployments).toContainEqual(expect.objectContaining({ name, phase: 'Running' }));
    expect(status?.lastSyncedResourceVersion).toBe(status?.configurationVersion);
    const deployment = await cluster.deployment(name);
    expect(deployment?.status?.observedGeneration).toBe(deployment?.metadata.generation);
    expect(deployment?.status?.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
  });
}
