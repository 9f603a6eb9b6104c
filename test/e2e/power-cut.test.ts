/** A whole device, in a virtual machine: its power is cut, and what ran before runs again, with nobody there to tell it so. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import { fetchPage, runs, serves, startMachineFleet, webDeployment } from './harness/index.ts';
import type { MachineFleet } from './harness/index.ts';

const DEVICE = 'edge-1';
const PORT = 18_080;

await describeWithPart(['control-plane', 'virtual-machine'], 'a device whose power is cut', () => {
  let fleet: MachineFleet;
  beforeAll(async () => {
    fleet = await startMachineFleet({ deviceId: DEVICE, ports: [PORT] });
  });
  afterAll(() => fleet.stop());

  test('registers, and serves what is applied', async () => {
    const { machine, cluster } = fleet;
    await machine.run('systemctl', 'start', 'k4e-agent');
    await fleet.eventually('it has registered', async () => expect(await cluster.device(DEVICE)).toBeDefined());
    await cluster.apply(webDeployment({ name: 'web', device: DEVICE, hostPort: PORT, page: 'one' }));
    await serves(fleet, PORT, 'one');
    await runs(fleet, 'web');
  });

  test('serves again after its power was cut, without the control plane', async () => {
    const { machine, operator } = fleet;
    // Podman does not wait for the disk: of what it wrote in the last half minute, a cut leaves files that are empty.
    await machine.run('sync');
    await machine.cutPower();
    await operator.terminate();
    await expect(fetchPage(fleet.origin(PORT))).rejects.toThrow();
    await machine.boot();
    await serves(fleet, PORT, 'one');
    await hasThePodOnce();
  });

  test('is told what to do once the control plane is back, and says so', async () => {
    await fleet.startOperator();
    await fleet.cluster.apply(webDeployment({ name: 'web', device: DEVICE, hostPort: PORT, page: 'two' }));
    await serves(fleet, PORT, 'two');
    await runs(fleet, 'web');
    await hasThePodOnce();
  });

  async function hasThePodOnce(): Promise<void> {
    await fleet.eventually('its pod is there once', async () => {
      const pods = await fleet.machine.pods();
      expect([...pods].map(([name, { status }]) => [name, status])).toEqual([['web', 'Running']]);
    });
  }
});
