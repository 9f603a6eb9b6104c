import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { GRACE_PERIOD_MS, startFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.stop());

/** Lets the control plane work for a moment, and looks again until it holds. */
async function eventually(check: () => Promise<void>): Promise<void> {
  await vi.waitFor(async () => {
    await fleet.clock.advance(600);
    await check();
  });
}

const entries = async (device: string) => (await fleet.device(device))?.status?.deployments ?? [];
const names = async (device: string) => (await entries(device)).map(({ name }) => name);

test('a device registers, is matched, runs its pod, and everybody can see it', async () => {
  await fleet.deploy('web', { deviceSelector: { matchLabels: { site: 'berlin' } } });
  await fleet.register('dev-1');
  await fleet.label('dev-1', { site: 'berlin' });
  await eventually(async () => {
    expect(await entries('dev-1')).toMatchObject([{ name: 'web', phase: 'Deploying' }]);
    expect((await fleet.device('dev-1'))?.metadata.labels).toMatchObject({ 'workload/web': 'true' });
  });
  const { version, workloads } = await fleet.configuration('dev-1');
  expect(workloads).toMatchObject([
    { name: 'web', specification: expect.stringContaining('image: localhost/web:1') as string },
  ]);
  await fleet.live('dev-1');
  await eventually(async () => {
    expect((await fleet.device('dev-1'))?.status).toMatchObject({
      phase: 'up',
      lastSyncedResourceVersion: version,
      workloads: { summary: '1/1' },
      deployments: [{ name: 'web', phase: 'Running' }],
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'Synced', status: 'True' },
        { type: 'WorkloadsReady', status: 'True' },
      ],
    });
    expect((await fleet.deployment('web'))?.status).toMatchObject({
      matchedDevices: 1,
      runningDevices: 1,
      summary: '1/1',
    });
  });
});

describe('matching follows the fleet', () => {
  beforeEach(() => fleet.deploy('web', { deviceSelector: { matchLabels: { site: 'berlin' } } }));

  test('a device that is relabelled away lets go once it has confirmed', async () => {
    await fleet.register('dev-1');
    await fleet.label('dev-1', { site: 'berlin' });
    await eventually(async () => expect(await names('dev-1')).toEqual(['web']));
    await fleet.live('dev-1');
    await fleet.label('dev-1', { site: 'rome' });
    await eventually(async () => expect((await fleet.configuration('dev-1')).workloads).toEqual([]));
    expect(await entries('dev-1')).toMatchObject([{ name: 'web', withdrawnTime: expect.any(String) as string }]);
    await fleet.live('dev-1');
    await eventually(async () => {
      expect(await names('dev-1')).toEqual([]);
      expect((await fleet.device('dev-1'))?.metadata.labels).toEqual({ site: 'rome' });
      expect((await fleet.deployment('web'))?.status?.matchedDevices).toBe(0);
    });
  });

  test('a selector that changes moves the deployment', async () => {
    for (const [device, site] of [
      ['dev-1', 'berlin'],
      ['dev-2', 'rome'],
    ] as const) {
      await fleet.register(device);
      await fleet.label(device, { site });
    }
    await eventually(async () => expect(await names('dev-1')).toEqual(['web']));
    await fleet.deploy('web', { deviceSelector: { matchLabels: { site: 'rome' } } });
    await eventually(async () => {
      expect((await fleet.configuration('dev-1')).workloads).toEqual([]);
      expect(await names('dev-2')).toEqual(['web']);
    });
  });
});

describe('deletion', () => {
  const remove = async (kind: 'device' | 'deployment', name: string): Promise<void> => {
    const { EDGE_DEPLOYMENT, EDGE_DEVICE } = await import('@k4e/core/resources');
    const ref = { namespace: 'default', name };
    await (kind === 'device' ? fleet.store.delete(EDGE_DEVICE, ref) : fleet.store.delete(EDGE_DEPLOYMENT, ref));
  };

  beforeEach(async () => {
    await fleet.deploy('web', { device: 'dev-1' });
    await fleet.register('dev-1');
    await eventually(async () => expect(await names('dev-1')).toEqual(['web']));
    await fleet.live('dev-1');
    await eventually(async () => expect((await fleet.device('dev-1'))?.metadata.finalizers).toHaveLength(2));
  });

  test('of a deployment ends when its device has removed the pod', async () => {
    await remove('deployment', 'web');
    await eventually(async () => expect((await fleet.configuration('dev-1')).workloads).toEqual([]));
    expect(await fleet.deployment('web')).toBeDefined();
    await fleet.live('dev-1');
    await eventually(async () => expect(await fleet.deployment('web')).toBeUndefined());
    expect(await names('dev-1')).toEqual([]);
  });

  test('of a deployment ends without a device that is gone, and says so', async () => {
    await remove('deployment', 'web');
    await eventually(async () =>
      expect(await entries('dev-1')).toMatchObject([{ withdrawnTime: expect.any(String) as string }]),
    );
    await fleet.clock.advance(GRACE_PERIOD_MS);
    await eventually(async () => {
      expect(await fleet.deployment('web')).toBeUndefined();
      expect(await names('dev-1')).toEqual([]);
      expect((await fleet.events('dev-1')).map(({ reason }) => reason)).toContain('WithdrawalUnconfirmed');
    });
  });

  test('of a device withdraws its workloads, sends disconnect until it is taken, and ends', async () => {
    const { edgeApi } = fleet.controlPlane;
    await remove('device', 'dev-1');
    await eventually(async () => expect((await fleet.device('dev-1'))?.status?.phase).toBe('deleting'));
    expect(await edgeApi.fetchControl('dev-1')).toBeUndefined();
    expect((await fleet.configuration('dev-1')).workloads).toEqual([]);
    await eventually(async () => {
      expect(await edgeApi.fetchControl('dev-1')).toMatchObject({
        type: 'command',
        content: { command: 'disconnect', arguments: null },
      });
    });
    expect(await edgeApi.fetchControl('dev-1')).toMatchObject({ type: 'command' });
    await edgeApi.acceptControl('dev-1', { type: 'connection-status', content: { state: 'offline' } });
    await eventually(async () => expect(await fleet.device('dev-1')).toBeUndefined());
    await expect(edgeApi.fetchControl('dev-1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await fleet.deployment('web')).toBeDefined();
  });

  test('of a device whose old agent says nothing after disconnect ends after the linger', async () => {
    await remove('device', 'dev-1');
    await eventually(async () => {
      await fleet.configuration('dev-1');
      expect(await fleet.controlPlane.edgeApi.fetchControl('dev-1')).toBeDefined();
    });
    await fleet.clock.advance(12_000);
    await eventually(async () => expect(await fleet.device('dev-1')).toBeUndefined());
  });

  test('of a device that is gone ends after the grace period, and says so', async () => {
    await remove('device', 'dev-1');
    await fleet.clock.advance(GRACE_PERIOD_MS - 5_000);
    expect(await fleet.device('dev-1')).toBeDefined();
    await fleet.clock.advance(6_000);
    await eventually(async () => {
      expect(await fleet.device('dev-1')).toBeUndefined();
      expect((await fleet.events('dev-1')).map(({ reason }) => reason)).toContain('DisconnectUnconfirmed');
    });
  });
});

test('a pod that devices cannot run is refused in the conditions, and reaches no device', async () => {
  const containers = [
    { name: 'web', image: 'localhost/web:1', lifecycle: { preStop: { exec: { command: ['true'] } } } },
  ];
  await fleet.deploy('stopped', { deviceSelector: {}, pod: { spec: { containers } } });
  await fleet.register('dev-1');
  await eventually(async () => {
    const conditions = (await fleet.deployment('stopped'))?.status?.conditions;
    expect(conditions).toMatchObject([
      {
        type: 'Accepted',
        status: 'False',
        reason: 'UnsupportedPodSpec',
        message: expect.stringContaining('spec.pod.spec.containers[0].lifecycle') as string,
      },
      { type: 'Ready', status: 'False' },
    ]);
  });
  expect(await names('dev-1')).toEqual([]);
});

test('silence shows within two periods, and a heartbeat ends it', async () => {
  await fleet.register('dev-1');
  await fleet.live('dev-1');
  await eventually(async () => expect((await fleet.device('dev-1'))?.status?.phase).toBe('up'));
  await fleet.clock.advance(100_000);
  expect((await fleet.device('dev-1'))?.status?.phase).toBe('up');
  await fleet.clock.advance(20_000);
  await eventually(async () => {
    expect((await fleet.device('dev-1'))?.status).toMatchObject({
      phase: 'unreachable',
      conditions: [{ type: 'Ready', status: 'False', reason: 'HeartbeatsStopped' }, {}, {}],
    });
  });
  await fleet.live('dev-1');
  await eventually(async () => expect((await fleet.device('dev-1'))?.status?.phase).toBe('up'));
});

test('at rest heartbeats write nothing but the stamp', async () => {
  await fleet.register('dev-1');
  await fleet.live('dev-1');
  await eventually(async () =>
    expect((await fleet.device('dev-1'))?.status?.conditions?.[1]).toMatchObject({ type: 'Synced', status: 'True' }),
  );
  const versions = new Set<string>();
  for (let minute = 0; minute < 20; minute++) {
    await fleet.clock.advance(60_000);
    await fleet.live('dev-1');
    versions.add((await fleet.device('dev-1'))?.metadata.resourceVersion ?? '');
  }
  expect(versions.size).toBeLessThanOrEqual(5);
});
