import { setTimeout as delay } from 'node:timers/promises';
import { isRecord } from '@k4e/core';
import { waitUntil } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCluster } from '../support/cluster.ts';
import type { Cluster } from '../support/cluster.ts';
import { startClusterOperator } from '../support/cluster-operator.ts';
import type { ClusterOperator } from '../support/cluster-operator.ts';
import { createRawDevice } from '../support/raw-device.ts';
import type { RawDevice } from '../support/raw-device.ts';
import { createTeardown } from '../support/teardown.ts';

const DEADLINE_MS = 60_000;
const PERIOD_MS = 2_000;
/** What a busy machine may add to the two periods. */
const ALLOWANCE_MS = 10_000;
const FLEET_SIZE = 20;
const REST_MS = 10_000;
const REST_BEATS = 5;

await describeWithPart('control-plane', 'how alive devices are, on a real Kubernetes API', () => {
  const teardown = createTeardown();
  let cluster: Cluster;
  let operator: ClusterOperator;
  beforeAll(async () => {
    cluster = teardown.keep(await startCluster());
    operator = teardown.keep(await startClusterOperator(cluster));
  });
  afterAll(teardown.run);

  const phaseOf = async ({ id }: RawDevice): Promise<unknown> => {
    const status = (await cluster.read('edgedevices', id))?.status;
    return isRecord(status) ? status.phase : undefined;
  };
  const untilPhase = (device: RawDevice, phase: string): Promise<boolean> =>
    waitUntil(async () => (await phaseOf(device)) === phase, {
      what: `${device.id} is ${phase}`,
      deadlineMs: DEADLINE_MS,
      intervalMs: 20,
    });
  const versionsOf = async (devices: readonly RawDevice[]): Promise<readonly unknown[]> =>
    Promise.all(devices.map(async ({ id }) => (await cluster.read('edgedevices', id))?.metadata.resourceVersion));

  test('silence shows within two periods, in phase, condition and event, and a heartbeat ends it', async ({
    annotate,
  }) => {
    const device = createRawDevice(operator.edgeUrl, 'silent');
    await device.register();
    const spec = { heartbeat: { periodSeconds: PERIOD_MS / 1_000 } };
    await cluster.run(['patch', 'ed', 'silent', '--type=merge', '-p', JSON.stringify({ spec })]);
    await waitUntil(async () => JSON.stringify((await device.poll('data')).message).includes('"period_seconds":2'), {
      what: 'the period is told',
      deadlineMs: DEADLINE_MS,
    });
    await device.live();
    await untilPhase(device, 'up');
    const lastHeardMs = performance.now();
    await device.live();
    await untilPhase(device, 'unreachable');
    const silentMs = performance.now() - lastHeardMs;
    expect(silentMs).toBeGreaterThan(1.5 * PERIOD_MS);
    expect(silentMs).toBeLessThan(2 * PERIOD_MS + ALLOWANCE_MS);
    expect(await cluster.read('edgedevices', 'silent')).toMatchObject({
      status: { conditions: [{ type: 'Ready', status: 'False', reason: 'HeartbeatsStopped' }, {}, {}] },
    });

    await device.live();
    const heardAgainMs = performance.now();
    await untilPhase(device, 'up');
    const backMs = performance.now() - heardAgainMs;
    await annotate(
      `unreachable after ${silentMs.toFixed(0)} ms of silence, back ${backMs.toFixed(0)} ms after a heartbeat`,
    );
    expect(await cluster.read('edgedevices', 'silent')).toMatchObject({
      status: { conditions: [{ type: 'Ready', status: 'True', reason: 'HeartbeatsArrive' }, {}, {}] },
    });
    const areTold = async (): Promise<boolean> => {
      const reasons = (await cluster.run(['get', 'events', '--output=jsonpath={.items[*].reason}'])).split(' ');
      return ['Unreachable', 'Reachable'].every((reason) => reasons.includes(reason));
    };
    await waitUntil(areTold, { what: 'both events are told', deadlineMs: DEADLINE_MS });
  });

  test('at rest nothing is written, however often devices are heard and asked', async ({ annotate }) => {
    await cluster.run(['delete', 'ed', '--all', '--wait=false']);
    const devices = Array.from({ length: FLEET_SIZE }, (_, index) =>
      createRawDevice(operator.edgeUrl, `rest-${String(index)}`),
    );
    await cluster.apply({
      apiVersion: 'management.k4e.io/v1alpha1',
      kind: 'EdgeDeployment',
      metadata: { name: 'web' },
      spec: { deviceSelector: {}, pod: { spec: { containers: [{ name: 'web', image: 'localhost/web:1' }] } } },
    });
    for (const device of devices) await device.register();
    const converged = async (device: RawDevice): Promise<boolean> => {
      await device.live();
      const status = (await cluster.read('edgedevices', device.id))?.status;
      if (!isRecord(status) || !Array.isArray(status.conditions)) return false;
      return (
        status.phase === 'up' &&
        status.conditions.length === 3 &&
        status.conditions.every((condition: unknown) => isRecord(condition) && condition.status === 'True')
      );
    };
    for (const device of devices)
      await waitUntil(() => converged(device), { what: `${device.id} is at rest`, deadlineMs: DEADLINE_MS });
    await waitUntil(
      async () =>
        JSON.stringify((await cluster.read('edgedeployments', 'web'))?.status).includes(
          `"summary":"${String(FLEET_SIZE)}/${String(FLEET_SIZE)}"`,
        ),
      { what: 'the deployment runs everywhere', deadlineMs: DEADLINE_MS },
    );

    const deploymentVersion = async () => (await cluster.read('edgedeployments', 'web'))?.metadata.resourceVersion;
    const before = [await deploymentVersion(), ...(await versionsOf(devices))];
    for (let beat = 0; beat < REST_BEATS; beat++) {
      await Promise.all([delay(REST_MS / REST_BEATS), ...devices.map((device) => device.live())]);
    }
    expect([await deploymentVersion(), ...(await versionsOf(devices))]).toEqual(before);
    const metrics = await (await fetch(`${operator.opsUrl}/metrics`)).text();
    const [counted] = /k4e_heartbeats_total\{outcome="unchanged"\} \d+/.exec(metrics) ?? [];
    await annotate(String(counted));
    expect(Number(counted?.split(' ')[1])).toBeGreaterThanOrEqual(FLEET_SIZE * REST_BEATS);
  });
});
