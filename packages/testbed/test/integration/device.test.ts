import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { WORKLOAD_IMAGE, startDevice } from '../../src/index.ts';
import type { Device } from '../../src/index.ts';
import { describeWithPart } from '../../src/vitest/index.ts';
import { expectNothingLeft, expectNothingLeftAfterDeath } from './nothing-left.ts';
import { programsOf } from './programs-of.ts';
import { pageAt, podOn } from './served-pod.ts';

const PORT = 18_080;

await describeWithPart('device', 'devices side by side', () => {
  let devices: readonly Device[] = [];
  beforeAll(async () => {
    devices = await Promise.all([startDevice({ name: 'device-a' }), startDevice({ name: 'device-b' })]);
  });
  afterAll(() => Promise.all(devices.map((device) => device.stop())));

  it('have a podman 5 each, and the workload image', async () => {
    for (const device of devices) {
      expect(device.podmanVersion).toMatch(/^5\./);
      expect((await device.exec(['podman', 'image', 'exists', WORKLOAD_IMAGE])).code).toBe(0);
      expect((await device.exec(['hostname'])).stdout.trim()).toBe(device.name);
    }
  });

  it('serve pods on the same host port without meeting', async () => {
    for (const device of devices) {
      const played = await device.exec(['podman', 'kube', 'play', '-'], { stdin: podOn(PORT, device.name) });
      expect(played).toMatchObject({ code: 0 });
    }
    for (const device of devices) {
      const url = `http://${device.address}:${String(device.hostPort(PORT))}/cgi-bin/env`;
      expect(await pageAt(url)).toContain(`HOSTNAME=${device.name}`);
    }
  });

  it('have a firewall each', async () => {
    const [one, other] = devices;
    await one?.exec(['nft', '-f', '-'], { stdin: 'table inet only_here { }\n' });
    expect((await one?.exec(['nft', 'list', 'tables']))?.stdout).toContain('only_here');
    expect((await other?.exec(['nft', 'list', 'tables']))?.stdout).not.toContain('only_here');
  });

  it('say which port is not published', () => {
    expect(() => devices[0]?.hostPort(9)).toThrow('9');
  });
});

await describeWithPart('device', 'what a device leaves behind', () => {
  it('is nothing when it was stopped with a pod that runs', async () => {
    const device = await startDevice();
    await device.exec(['podman', 'kube', 'play', '-'], { stdin: podOn(PORT, 'left') });
    const directory = dirname(dirname(device.socketPath));
    expect(programsOf(device.name)).not.toEqual([]);
    await device.stop();
    await expectNothingLeft(directory);
  });

  it('is nothing when its process was killed', () => expectNothingLeftAfterDeath('device'));
});
