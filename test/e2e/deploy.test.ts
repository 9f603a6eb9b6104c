/** One device, and a fleet operator with kubectl: deploy, change, relabel, delete, and what goes wrong with one of many. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import { fetchPage, isClosed, runs, serves, startFleetOfOne, startProgram, webDeployment } from './harness/index.ts';
import type { FleetOfOne } from './harness/index.ts';

const DEVICE = 'edge-1';
const PORT = 18_080;
const OTHER_PORT = 18_081;

await describeWithPart(['control-plane', 'isolated-podman'], 'one device and kubectl', () => {
  let fleet: FleetOfOne;
  beforeAll(async () => {
    fleet = await startFleetOfOne({ deviceId: DEVICE });
  });
  afterAll(() => fleet.stop());
  afterEach(async () => {
    await fleet.cluster.kubectl('delete', 'edgedeployments', '--all', '--timeout=60s');
  });

  test('a deployment runs where it is for, a change replaces its pod alone, and it goes when it is not wanted', async () => {
    const { cluster } = fleet;
    const web = { name: 'web', deviceSelector: { matchLabels: { site: 'a' } }, hostPort: PORT, page: 'one' };
    await cluster.apply(webDeployment(web));
    await cluster.apply(webDeployment({ name: 'other', device: DEVICE, hostPort: OTHER_PORT, page: 'other' }));
    await serves(fleet, OTHER_PORT, 'other');
    expect([...(await fleet.pods()).keys()]).toEqual(['other']);

    await cluster.kubectl('label', 'edgedevice', DEVICE, 'site=a');
    await serves(fleet, PORT, 'one');
    expect(await fetchPage(fleet.origin(PORT))).toMatchObject({ deviceId: DEVICE });
    await runs(fleet, 'web');
    await runs(fleet, 'other');
    const before = await fleet.pods();

    await cluster.apply(webDeployment({ ...web, page: 'two' }));
    await serves(fleet, PORT, 'two');
    await runs(fleet, 'web');
    const after = await fleet.pods();
    expect([...after.keys()].sort()).toEqual(['other', 'web']);
    expect(after.get('other')).toEqual(before.get('other'));
    expect(after.get('web')?.containers).not.toEqual(before.get('web')?.containers);

    await cluster.kubectl('label', 'edgedevice', DEVICE, 'site=b', '--overwrite');
    await fleet.eventually('web is withdrawn', async () => {
      expect([...(await fleet.pods()).keys()]).toEqual(['other']);
      expect(await isClosed(fleet.origin(PORT))).toBe(true);
      const { metadata, status } = (await cluster.device(DEVICE)) ?? {};
      expect(status?.deployments?.map(({ name }) => name)).toEqual(['other']);
      expect(metadata?.labels).not.toHaveProperty('workload/web');
    });
    expect((await fleet.pods()).get('other')).toEqual(before.get('other'));

    await cluster.kubectl('delete', 'edgedeployment', 'other', '--timeout=60s');
    expect([...(await fleet.pods()).keys()]).toEqual([]);
    expect(await isClosed(fleet.origin(OTHER_PORT))).toBe(true);
    expect(await cluster.deployment('other')).toBeUndefined();
    expect((await cluster.device(DEVICE))?.status?.deployments ?? []).toEqual([]);
  });

  test('a deployment without an image disturbs no other, and kubectl says why it does not run', async () => {
    const { cluster } = fleet;
    const image = 'localhost/k4e-test/not-there:1';
    await cluster.apply(webDeployment({ name: 'good', device: DEVICE, hostPort: PORT, page: 'good' }));
    await runs(fleet, 'good');
    const before = await fleet.pods();
    await cluster.apply(webDeployment({ name: 'broken', device: DEVICE, hostPort: OTHER_PORT, page: 'no', image }));
    await fleet.eventually('kubectl says that the image is missing', async () => {
      expect(await cluster.kubectl('describe', 'edgedevice', DEVICE)).toMatch(/broken.*not-there/);
      const { conditions, failures, failedDevices } = (await cluster.deployment('broken'))?.status ?? {};
      const message = expect.stringContaining(image) as string;
      expect(conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'False', message }));
      expect(failures).toEqual([{ device: DEVICE, message }]);
      expect(failedDevices).toBe(1);
    });
    await serves(fleet, PORT, 'good');
    await runs(fleet, 'good');
    expect((await fleet.pods()).get('good')).toEqual(before.get('good'));
  });

  test('a change to an image that cannot be had leaves the old pod serving, and kubectl says why', async () => {
    const { cluster } = fleet;
    const web = { name: 'web', device: DEVICE, hostPort: PORT, page: 'one' };
    await cluster.apply(webDeployment(web));
    await runs(fleet, 'web');
    const before = await fleet.pods();
    const image = 'localhost/k4e-test/not-there:2';
    await cluster.apply(webDeployment({ ...web, page: 'two', image }));
    await fleet.eventually('kubectl says that the image is missing, and what runs', async () => {
      const { failures } = (await cluster.deployment('web'))?.status ?? {};
      const message = expect.stringMatching(/not-there:2.*the version before it is kept running/) as string;
      expect(failures).toEqual([{ device: DEVICE, message }]);
    });
    await serves(fleet, PORT, 'one');
    expect(await fleet.pods()).toEqual(before);
    await cluster.apply(webDeployment({ ...web, page: 'three' }));
    await serves(fleet, PORT, 'three');
    await runs(fleet, 'web');
  });

  test('a host port that somebody else has is reported, and the pod runs once it is free', async () => {
    const { cluster, podman } = fleet;
    const listen = `require('node:net').createServer().listen(${String(PORT)}, () => console.log('listening'))`;
    const stranger = await startProgram({
      name: 'a stranger',
      command: [process.execPath, '-e', listen],
      enter: podman.enter,
      logFile: join(podman.directory, 'stranger.log'),
    });
    try {
      await fleet.eventually('the stranger listens', () => expect(stranger.lastLines()).toContain('listening'));
      await cluster.apply(webDeployment({ name: 'late', device: DEVICE, hostPort: PORT, page: 'late' }));
      await fleet.eventually('the port is reported as taken', async () => {
        const entry = (await cluster.device(DEVICE))?.status?.deployments?.find(({ name }) => name === 'late');
        expect(entry?.message).toMatch(/18080|in use/);
        expect(entry?.phase).not.toBe('Running');
        expect((await cluster.deployment('late'))?.status?.failures?.[0]?.message).toMatch(/in use|taken/);
      });
    } finally {
      await stranger.kill9();
    }
    await serves(fleet, PORT, 'late');
    await runs(fleet, 'late');
  });
});
