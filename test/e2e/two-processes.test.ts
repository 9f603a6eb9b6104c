/** A device as two processes: the gateway talks to the operator, the device worker to podman. Either may die at any time. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DISCONNECTED_DOCUMENT } from '@k4e/core/link';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import { isClosed, runs, serves, startFleetOfOne, stateDirectoryOf, webDeployment } from './harness/index.ts';
import type { FleetOfOne } from './harness/index.ts';

const DEVICE = 'edge-1';
const PORT = 18_080;
const SECOND_PORT = 18_081;

await describeWithPart(['control-plane', 'isolated-podman'], 'a device in two processes', () => {
  let fleet: FleetOfOne;
  beforeAll(async () => {
    fleet = await startFleetOfOne({ deviceId: DEVICE, isSplit: true });
  });
  afterAll(async () => {
    // Workers of a gateway that is killed go on.
    if (fleet.agent.isRunning()) await fleet.agent.terminate();
    await fleet.stop();
  });

  test('runs what it is told to, and says so', async () => {
    const { cluster } = fleet;
    await cluster.apply(webDeployment({ name: 'web', device: DEVICE, hostPort: PORT, page: 'one' }));
    await serves(fleet, PORT, 'one');
    await runs(fleet, 'web');
    await fleet.eventually('the device has what it should have', async () => {
      const { status } = (await cluster.device(DEVICE)) ?? {};
      expect(status?.lastSyncedResourceVersion).toBe(status?.configurationVersion);
      expect(status?.phase).toBe('up');
    });
  });

  test('goes on when the worker is killed: the gateway starts another, which touches no pod that is as it should be', async () => {
    const before = await fleet.pods();
    const first = await workerOf(fleet);
    process.kill(first, 'SIGKILL');
    await fleet.eventually('another worker runs', async () => expect(await workerOf(fleet)).not.toBe(first));
    await fleet.cluster.apply(webDeployment({ name: 'more', device: DEVICE, hostPort: SECOND_PORT, page: 'two' }));
    await serves(fleet, SECOND_PORT, 'two');
    expect((await fleet.pods()).get('web')).toEqual(before.get('web'));
  });

  test('goes on when the gateway is killed: the next one ends the worker that is left, and starts its own', async () => {
    const before = await fleet.pods();
    const orphan = await workerOf(fleet);
    await fleet.agent.kill9();
    await fleet.startAgent();
    await fleet.eventually('the worker is that of the new gateway', async () =>
      expect(await workerOf(fleet)).not.toBe(orphan),
    );
    await fleet.cluster.kubectl('delete', 'edgedeployment', 'more', '--timeout=60s');
    await fleet.eventually('the second pod is gone', async () =>
      expect([...(await fleet.pods()).keys()]).toEqual(['web']),
    );
    expect((await fleet.pods()).get('web')).toEqual(before.get('web'));
  });

  test('is clean when it was deleted, and both have ended, though the worker is killed in the middle of it', async () => {
    const worker = await workerOf(fleet);
    const leaving = join(stateDirectoryOf(fleet.directory), 'state', DISCONNECTED_DOCUMENT);
    await fleet.cluster.kubectl('delete', 'edgedevice', DEVICE, '--wait=false');
    await fleet.eventually('the worker has begun to leave', () => expect(existsSync(leaving)).toBe(true));
    process.kill(worker, 'SIGKILL');
    await fleet.cluster.kubectl('wait', '--for=delete', `edgedevice/${DEVICE}`, '--timeout=90s');
    expect(await fleet.agent.ended).toBe(0);
    expect([...(await fleet.pods()).keys()]).toEqual([]);
    expect(await isClosed(fleet.origin(PORT))).toBe(true);
    expect(existsSync(join(stateDirectoryOf(fleet.directory), 'volumes'))).toBe(false);
    expect(await workers(fleet)).toEqual([]);
  });
});

/** Process id of the fleet's one worker; rejects when there is none, or more than one. */
async function workerOf(fleet: FleetOfOne): Promise<number> {
  const found = await workers(fleet);
  const [pid] = found;
  if (pid === undefined || found.length !== 1) throw new Error(`not one worker but ${String(found.length)}`);
  return pid;
}

/** Process ids of the fleet's workers. */
async function workers({ directory }: FleetOfOne): Promise<readonly number[]> {
  const script = join(directory, 'workers', 'device-worker');
  const isWorker = (file: string): boolean => {
    try {
      return readFileSync(file, 'utf8').split('\0').includes(script);
    } catch {
      return false;
    }
  };
  const files = globSync('/proc/[0-9]*/cmdline').filter(isWorker);
  return Promise.resolve(files.map((file) => Number(file.split('/')[2])));
}
