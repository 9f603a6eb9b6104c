import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRecord } from '@k4e/core';
import { waitUntil } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_NAMESPACE_PATH, startCluster } from '../support/cluster.ts';
import type { Cluster } from '../support/cluster.ts';
import { startClusterOperator } from '../support/cluster-operator.ts';
import type { ClusterOperator } from '../support/cluster-operator.ts';
import { createRawDevice } from '../support/raw-device.ts';
import type { DeviceAnswer, RawDevice } from '../support/raw-device.ts';
import { createTeardown } from '../support/teardown.ts';
import { startSeverableProxy } from '../support/severable-proxy.ts';
import type { SeverableProxy } from '../support/severable-proxy.ts';

const DEADLINE_MS = 60_000;
/** Often enough that the answers during an outage are not luck. */
const POLLS = 20;

function deployment(name: string, deviceSelector: object): object {
  const pod = { spec: { containers: [{ name: 'main', image: `localhost/${name}:1` }] } };
  return {
    apiVersion: 'management.k4e.io/v1alpha1',
    kind: 'EdgeDeployment',
    metadata: { name },
    spec: { deviceSelector, pod },
  };
}

function configurationOf({ message }: DeviceAnswer): unknown {
  return isRecord(message) ? message.content : undefined;
}

await describeWithPart('control-plane', 'an operator whose Kubernetes API goes away and comes back', () => {
  const teardown = createTeardown();
  let cluster: Cluster;
  let proxy: SeverableProxy;
  let operator: ClusterOperator;
  let device: RawDevice;
  beforeAll(async () => {
    cluster = teardown.keep(await startCluster({ watchCache: false }));
    proxy = teardown.keep(await startSeverableProxy(Number(new URL(cluster.url).port)));
    const directory = await mkdtemp(join(tmpdir(), 'k4e-operator-'));
    teardown.keep({ stop: () => rm(directory, { recursive: true }) });
    const kubeconfig = join(directory, 'kubeconfig');
    const through = `https://127.0.0.1:${String(proxy.port)}`;
    const direct = await readFile(cluster.adminKubeconfigPath, 'utf8');
    await writeFile(kubeconfig, direct.replaceAll(cluster.url, through), { mode: 0o600 });
    operator = teardown.keep(await startClusterOperator(cluster, { store: { type: 'kubernetes', kubeconfig } }));
    device = createRawDevice(operator.edgeUrl, 'gate-7');
    await device.register();
    await cluster.apply(deployment('first', {}));
    await untilRuns(['first']);
  });
  afterAll(teardown.run);

  /** Until the configuration of the device has just these workloads; the device says each time what it has. */
  const untilRuns = (names: readonly string[]): Promise<boolean> =>
    waitUntil(async () => JSON.stringify([...(await device.live()).workloads].sort()) === JSON.stringify(names), {
      what: `the device runs ${names.join(', ')}`,
      deadlineMs: DEADLINE_MS,
    });
  const untilReadiness = (status: number): Promise<boolean> =>
    waitUntil(async () => (await operator.readiness()).status === status, {
      what: `/readyz says ${String(status)}`,
      deadlineMs: DEADLINE_MS,
    });
  const untilUpToDate = (): Promise<boolean> =>
    waitUntil(
      async () => {
        await device.live();
        return JSON.stringify(await cluster.read('edgedevices', 'gate-7')).includes('"reason":"AllRunning"');
      },
      { what: 'the status says that all runs', deadlineMs: DEADLINE_MS },
    );

  test('while the API server is away, devices get their configuration, and readiness says what is wrong', async ({
    annotate,
  }) => {
    await untilUpToDate();
    const before = await device.poll('data');
    await cluster.stopApiServer();
    const awayMs = performance.now();
    await untilReadiness(503);
    await annotate(`not ready ${(performance.now() - awayMs).toFixed(0)} ms after the API server ended`);
    expect(await operator.readiness()).toMatchObject({
      body: { ready: false, checks: { caches: 'ok', store: expect.stringMatching(/Kubernetes API/) as unknown } },
    });
    expect((await fetch(`${operator.opsUrl}/healthz`)).status).toBe(200);

    for (let poll = 0; poll < POLLS; poll++) {
      expect(await device.poll('data')).toMatchObject({
        status: 200,
        message: { content: configurationOf(before) },
      });
      expect(await device.poll('control')).toMatchObject({ status: 200, text: '' });
      expect((await device.live()).workloads).toEqual(['first']);
    }
    const unknown = createRawDevice(operator.edgeUrl, 'gate-8');
    expect(await unknown.poll('data')).toMatchObject({ status: 503 });
    expect(await unknown.register()).toMatchObject({ status: 503 });
    const news = { status: 'up', version: 'v', workloads: [{ name: 'first', status: 'Exited' }] };
    expect(await device.heartbeat(news)).toMatchObject({ status: 503 });

    await cluster.startApiServer();
    const backMs = performance.now();
    await untilReadiness(200);
    await annotate(`ready ${(performance.now() - backMs).toFixed(0)} ms after it was back`);
    expect(await unknown.register()).toMatchObject({ status: 200 });
  });

  test('after that, changes are seen and reports are written again', async () => {
    await cluster.apply(deployment('second', {}));
    await untilRuns(['first', 'second']);
    await untilUpToDate();
  });

  test('changes made while it could see nothing, and that are out of history, are seen', async ({ annotate }) => {
    proxy.sever();
    const deployments = `${DEFAULT_NAMESPACE_PATH}/edgedeployments`;
    expect((await cluster.api('POST', deployments, deployment('third', {}))).status).toBe(201);
    expect((await cluster.api('DELETE', `${deployments}/first`)).status).toBe(200);
    const labels = { metadata: { labels: { site: 'berlin' } } };
    expect((await cluster.api('PATCH', `${DEFAULT_NAMESPACE_PATH}/edgedevices/gate-7`, labels)).status).toBe(200);
    expect((await cluster.api('DELETE', `${DEFAULT_NAMESPACE_PATH}/edgedevices/gate-8`)).status).toBe(200);
    await cluster.compact();
    expect((await device.poll('data')).status).toBe(200);
    proxy.mend();
    const mendedMs = performance.now();
    await untilRuns(['second', 'third']);
    await annotate(
      `the device has what changed ${(performance.now() - mendedMs).toFixed(0)} ms after the way was free`,
    );
    expect(JSON.stringify(operator.logger.lines)).toContain('VERSION_EXPIRED');
    const leaving = createRawDevice(operator.edgeUrl, 'gate-8');
    const isGone = async (): Promise<boolean> => {
      expect((await leaving.poll('data')).message).not.toHaveProperty('content.workloads');
      if ((await leaving.poll('control')).text === '') return false;
      await leaving.send('control', { type: 'connection-status', content: { state: 'offline' } });
      return true;
    };
    await waitUntil(isGone, { what: 'the deleted device is told to disconnect', deadlineMs: DEADLINE_MS });
    await waitUntil(async () => (await cluster.read('edgedeployments', 'first')) === undefined, {
      what: 'the deletion has ended',
      deadlineMs: DEADLINE_MS,
    });
    await untilUpToDate();
    // Labels are written after the status, and anew when a heartbeat came in between.
    await expect
      .poll(async () => (await cluster.read('edgedevices', 'gate-7'))?.metadata.labels, { timeout: DEADLINE_MS })
      .toEqual({ site: 'berlin', 'workload/second': 'true', 'workload/third': 'true' });
  });

  test('a restart of the API server with its history compacted meanwhile', async () => {
    await cluster.stopApiServer({ graceMs: 2_000 });
    await cluster.compact();
    await cluster.startApiServer();
    await cluster.run(['delete', 'edep', 'third', '--wait=false']);
    await untilRuns(['second']);
    await untilUpToDate();
    await untilReadiness(200);
  });
});
