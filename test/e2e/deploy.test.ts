/** One device, one fleet operator with kubectl: deploy, change, relabel, delete. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import { fetchPage, isClosed, startFleetOfOne, webDeployment } from './harness/index.ts';
import type { FleetOfOne } from './harness/index.ts';

const DEVICE = 'edge-1';
const SITE_A = { matchLabels: { site: 'a' } };

await describeWithPart(['control-plane', 'isolated-podman'], 'one device and kubectl', () => {
  let fleet: FleetOfOne;
  beforeAll(async () => {
    fleet = await startFleetOfOne({ deviceId: DEVICE });
  });
  afterAll(() => fleet.stop());

  const serves = (port: number, page: string): Promise<void> =>
    fleet.eventually(`port ${String(port)} serves ${page}`, async () => {
      expect(await fetchPage(fleet.origin(port))).toEqual({ page, deviceId: DEVICE });
    });
  const isRunning = (name: string): Promise<void> =>
    fleet.eventually(`kubectl get edgedevice says that ${name} runs`, async () => {
      const { status } = (await fleet.cluster.device(DEVICE)) ?? {};
      expect(status?.deployments).toContainEqual(expect.objectContaining({ name, phase: 'Running' }));
    });

  test('a deployment runs where it is for, a change replaces its pod alone, and it goes when it is not wanted', async () => {
    const { cluster } = fleet;
    const web = { name: 'web', deviceSelector: SITE_A, hostPort: 18_080, page: 'one' };
    await cluster.apply(webDeployment(web));
    await cluster.apply(webDeployment({ name: 'other', device: DEVICE, hostPort: 18_081, page: 'other' }));
    await serves(18_081, 'other');
    expect([...(await fleet.pods()).keys()]).toEqual(['other']);

    await cluster.kubectl('label', 'edgedevice', DEVICE, 'site=a');
    await serves(18_080, 'one');
    await isRunning('web');
    await isRunning('other');
    const before = await fleet.pods();

    await cluster.apply(webDeployment({ ...web, page: 'two' }));
    await serves(18_080, 'two');
    const after = await fleet.pods();
    expect([...after.keys()].sort()).toEqual(['other', 'web']);
    expect(after.get('other')).toEqual(before.get('other'));
    expect(after.get('web')?.containers).not.toEqual(before.get('web')?.containers);

    await cluster.kubectl('label', 'edgedevice', DEVICE, 'site=b', '--overwrite');
    await fleet.eventually('web is withdrawn', async () => {
      expect([...(await fleet.pods()).keys()]).toEqual(['other']);
      expect(await isClosed(fleet.origin(18_080))).toBe(true);
      const { metadata, status } = (await cluster.device(DEVICE)) ?? {};
      expect(status?.deployments?.map(({ name }) => name)).toEqual(['other']);
      expect(metadata?.labels).not.toHaveProperty('workload/web');
    });
    expect((await fleet.pods()).get('other')).toEqual(before.get('other'));

    await cluster.kubectl('delete', 'edgedeployment', 'other', '--timeout=60s');
    expect([...(await fleet.pods()).keys()]).toEqual([]);
    expect(await isClosed(fleet.origin(18_081))).toBe(true);
    expect(await cluster.deployment('other')).toBeUndefined();
    expect((await cluster.device(DEVICE))?.status?.deployments ?? []).toEqual([]);
    await cluster.kubectl('delete', 'edgedeployment', 'web', '--timeout=60s');
  });
});
