/** Devices are deleted: one that answers is left as it was before k4e, and one that is gone holds nothing up. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { WORKLOAD_IMAGE } from '@k4e/testbed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import {
  eventually,
  isClosed,
  runs,
  serves,
  startAgentProcess,
  startFleetOfOne,
  stateDirectoryOf,
  webDeployment,
} from './harness/index.ts';
import type { FleetOfOne, Program } from './harness/index.ts';

const DEVICE = 'edge-1';
const LOST_DEVICE = 'edge-2';
const PORT = 18_080;
const GRACE_PERIOD_SECONDS = 5;
/** Two polls and the removal of a pod take a few seconds. */
const ANSWERS_WITHIN_MS = 20_000;

await describeWithPart(['control-plane', 'isolated-podman'], 'deletion of devices', () => {
  let fleet: FleetOfOne;
  const others: Program[] = [];
  beforeAll(async () => {
    fleet = await startFleetOfOne({ deviceId: DEVICE });
  });
  afterAll(async () => {
    for (const program of others) await program.kill9();
    await fleet.stop();
  });

  test('a device that answers is cleaned of all that is ours, and its agent stays away', async () => {
    const { cluster, podman } = fleet;
    const stranger = ['run', '--detach', '--pod=new:stranger', WORKLOAD_IMAGE];
    expect(await podman.podman(stranger)).toMatchObject({ code: 0 });
    await cluster.apply(webDeployment({ name: 'web', device: DEVICE, hostPort: PORT, page: 'mine' }));
    await serves(fleet, PORT, 'mine');
    await runs(fleet, 'web');
    const volumes = join(stateDirectoryOf(fleet.directory), 'volumes');
    expect(existsSync(join(volumes, 'web'))).toBe(true);
    const before = await fleet.pods();

    const startedMs = Date.now();
    await cluster.kubectl('delete', 'edgedevice', DEVICE, '--timeout=60s');
    expect(Date.now() - startedMs).toBeLessThan(ANSWERS_WITHIN_MS);
    expect(await fleet.agent.ended).toBe(0);
    expect(await fleet.pods()).toEqual(new Map([['stranger', before.get('stranger')]]));
    expect(await isClosed(fleet.origin(PORT))).toBe(true);
    expect((await podman.netns.exec(['nft', 'list', 'tables'])).stdout).not.toContain('k4e');
    expect(existsSync(volumes)).toBe(false);

    await fleet.startAgent();
    expect(await fleet.agent.ended).toBe(0);
    expect(await cluster.device(DEVICE)).toBeUndefined();
    expect([...(await fleet.pods()).keys()]).toEqual(['stranger']);
  });

  test('a device that is gone holds up its deletion for the grace period, and loses its workloads when it is back', async () => {
    const { cluster, operator, podman } = fleet;
    await operator.kill9();
    await fleet.startOperator({ gracePeriodSeconds: GRACE_PERIOD_SECONDS });
    const startAgent = async (): Promise<Program> => {
      const agent = await startAgentProcess({
        deviceId: LOST_DEVICE,
        controlPlaneUrl: operator.edgeUrl,
        podmanSocket: podman.socketPath,
        enter: podman.enter,
        directory: `${fleet.directory}-${LOST_DEVICE}`,
      });
      others.push(agent);
      return agent;
    };
    const agent = await startAgent();
    const explain = (): Promise<string> => Promise.resolve(others.map((program) => program.lastLines()).join('\n'));
    await eventually('the device is there', async () => expect(await cluster.device(LOST_DEVICE)).toBeDefined(), {
      explain,
    });
    await cluster.kubectl('label', 'edgedevice', LOST_DEVICE, 'site=a');
    const deviceSelector = { matchLabels: { site: 'a' } };
    await cluster.apply(webDeployment({ name: 'lost', deviceSelector, hostPort: PORT, page: 'lost' }));
    await serves(fleet, PORT, 'lost');

    await agent.kill9();
    const startedMs = Date.now();
    await cluster.kubectl('delete', 'edgedevice', LOST_DEVICE, '--timeout=60s');
    // The time of deletion is in whole seconds.
    expect(Date.now() - startedMs).toBeGreaterThan((GRACE_PERIOD_SECONDS - 1) * 1_000);
    await eventually('kubectl shows the event', async () => {
      const events = await cluster.kubectl('events', '--for', `edgedevice/${LOST_DEVICE}`);
      expect(events).toMatch(/Warning\s+DisconnectUnconfirmed.*did not answer within 5 s/);
    });
    await serves(fleet, PORT, 'lost');

    await startAgent();
    await eventually(
      'the device has registered again, without its old workloads',
      async () => {
        expect(await cluster.device(LOST_DEVICE)).toBeDefined();
        expect([...(await fleet.pods()).keys()]).toEqual(['stranger']);
        expect(await isClosed(fleet.origin(PORT))).toBe(true);
      },
      { explain },
    );
  });
});
