/** A device that runs nothing of ours: yggdrasil's HTTP transport, as its facts describe it, against the real operator. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  eventually,
  goDate,
  startCluster,
  startOperatorProcess,
  startYggdrasilPeer,
  webDeployment,
} from './harness/index.ts';
import type { Cluster, OperatorProcess, YggdrasilPeer } from './harness/index.ts';

/** As machine ids are given to devices (wire). */
const DEVICE = '242e48d0-286b-4170-9b97-95502066e6ae';
const HARDWARE = {
  hostname: 'legacy',
  disks: null,
  gpus: null,
  interfaces: null,
  cpu: { architecture: 'x86_64', flags: null },
};
const UNSET_DATE = '0001-01-01T00:00:00.000Z';

await describeWithPart(['control-plane'], 'a device of yggdrasil', () => {
  let directory: string;
  let cluster: Cluster;
  let operator: OperatorProcess;
  let peer: YggdrasilPeer;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'k4e-ygg-peer-'));
    cluster = await startCluster();
    operator = await startOperatorProcess({
      ...{ kubeconfig: cluster.operatorKubeconfig, edgeAddress: '127.0.0.1:0' },
      logFile: join(directory, 'operator.log'),
    });
    peer = startYggdrasilPeer(operator.edgeUrl, DEVICE);
  });
  afterAll(async () => {
    await peer.stop();
    await operator.kill9();
    await cluster.stop();
    await rm(directory, { recursive: true });
  });

  const heartbeat = (workloads: unknown): Promise<number> =>
    peer.send('heartbeat', {
      ...{ status: 'up', time: goDate(), version: peer.configuration()?.version, workloads },
    });

  test('is unknown at first, on both channels, and may say who it is all the same', async () => {
    // An operator that has just started asks for time first.
    await eventually('both loops were answered', () => {
      for (const { status } of [...peer.answers.data, ...peer.answers.control]) expect([404, 503]).toContain(status);
      expect(peer.answers.data.at(-1)).toMatchObject({ status: 404 });
      expect(peer.answers.control.at(-1)).toMatchObject({ status: 404 });
    });
    expect(await peer.say('online')).toBe(200);
  });

  test('registers, and is told its configuration', async () => {
    const registration = { os_image_id: 'unknown', hardware: HARDWARE };
    expect(await peer.send('registration', registration)).toBe(200);
    expect(await peer.send('registration', registration)).toBe(200);
    expect(await cluster.device(DEVICE)).toMatchObject({ status: { hardware: { hostname: 'legacy' } } });
    await eventually('the configuration came', () =>
      expect(peer.configuration()).toMatchObject({
        ...{ device_id: DEVICE, configuration: { heartbeat: { period_seconds: 60 } } },
      }),
    );
    expect(peer.answers.control.at(-1)).toEqual({ status: 200, body: '' });
  });

  test('gets a deployment, and what it says of it is seen with kubectl', async () => {
    await cluster.apply(webDeployment({ name: 'web', device: DEVICE, hostPort: 18_080, page: 'one' }));
    await eventually('the workload came', () =>
      expect(peer.configuration()?.workloads).toMatchObject([
        { name: 'web', specification: expect.stringContaining('containers:') as string },
      ]),
    );
    expect(await heartbeat(null)).toBe(200);
    expect(await heartbeat([{ name: 'web', status: 'Running', last_data_upload: UNSET_DATE }])).toBe(200);
    await eventually('the status says so', async () => {
      const { status } = (await cluster.device(DEVICE)) ?? {};
      expect(status?.deployments).toMatchObject([{ name: 'web', phase: 'Running' }]);
      expect(status?.deployments?.[0]?.lastDataUpload).toBeUndefined();
      expect([status?.phase, status?.lastSyncedResourceVersion]).toEqual(['up', status?.configurationVersion]);
    });
  });

  test('is told to disconnect when it is deleted, with nothing left of its configuration, and then nobody knows it', async () => {
    await cluster.kubectl('delete', 'edgedevice', DEVICE, '--wait=false');
    await eventually('it was told to disconnect', () => expect(peer.isDisconnected()).toBe(true));
    expect(peer.configuration()).not.toHaveProperty('workloads');
    await cluster.kubectl('wait', '--for=delete', `edgedevice/${DEVICE}`, '--timeout=60s');
    expect(await heartbeat(null)).toBe(404);
    expect(await peer.say('offline')).toBe(200);
  });
});
