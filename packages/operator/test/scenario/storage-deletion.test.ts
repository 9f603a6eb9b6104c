import { afterEach, describe, expect, test } from 'vitest';
import { CONNECTION_FINALIZER, STORAGE_FINALIZER, WORKLOAD_FINALIZER } from '@k4e/core/control-plane';
import type { ResourceStore } from '@k4e/core/ports';
import { EDGE_DEVICE, OBJECT_BUCKET_CLAIM, SECRET } from '@k4e/core/resources';
import { GRACE_PERIOD_MS } from './fleet.ts';
import { GATE, base64, startStorageFleet } from './storage-fleet.ts';
import type { StorageFleet, StorageFleetOptions } from './storage-fleet.ts';

let fleet: StorageFleet;
afterEach(() => fleet.stop());

async function start(options: StorageFleetOptions): Promise<void> {
  fleet = await startStorageFleet({ direct: { lifeMs: 3_600_000 }, ...options });
  await fleet.eventually(async () => {
    expect(await fleet.told()).toBeDefined();
    expect((await fleet.gate()).metadata.finalizers).toHaveLength(3);
  });
}

/** Deletes the device, as far as `kubectl delete` does. */
async function remove(): Promise<void> {
  await fleet.store.delete(EDGE_DEVICE, GATE);
  await fleet.eventually(async () => expect((await fleet.gate()).status?.phase).toBe('deleting'));
}

/** What a device does that is told to go. */
async function leave(): Promise<void> {
  await beToldToGo();
  await sayGoodbye();
}

async function beToldToGo(): Promise<void> {
  await fleet.configuration('gate-7');
  await fleet.eventually(async () => expect(await fleet.controlPlane.edgeApi.fetchControl('gate-7')).toBeDefined());
}

function sayGoodbye(): Promise<void> {
  const goodbye = { type: 'connection-status', content: { state: 'offline' } } as const;
  return fleet.controlPlane.edgeApi.acceptControl('gate-7', goodbye);
}

const isGone = async (): Promise<void> => expect(await fleet.device('gate-7')).toBeUndefined();
const left = async (): Promise<readonly string[]> =>
  (await fleet.tales()).filter((tale) => tale.startsWith('BucketLeft'));

describe('the bucket of a device that is deleted', () => {
  test.each([{ default: 'direct' as const }, { default: 'direct' as const, reclaimPolicy: 'Retain' as const }])(
    'is kept with %j; our Secret goes',
    async (settings) => {
      await start({ settings });
      await remove();
      await leave();
      await fleet.eventually(isGone);
      expect(fleet.buckets.names()).toHaveLength(1);
      expect(await fleet.kept()).toBeUndefined();
      expect(await left()).toEqual([]);
    },
  );

  test('goes with reclaimPolicy Delete, and not before the device has left: it may be uploading its last files', async () => {
    await start({ settings: { default: 'direct', reclaimPolicy: 'Delete' } });
    await remove();
    const { configuration, workloads } = await fleet.configuration('gate-7');
    expect(workloads).toEqual([]);
    expect(configuration?.storage?.s3?.aws_session_token).toBe(base64('token-1'));
    await fleet.clock.advance(10_000);
    expect((await fleet.configuration('gate-7')).configuration?.storage?.s3).toBeDefined();
    expect(fleet.buckets.names()).toHaveLength(1);
    await leave();
    await fleet.eventually(isGone);
    expect(fleet.buckets.names()).toEqual([]);
    expect(await fleet.kept()).toBeUndefined();
  });

  test('waits for the word of a device that was told to go and is at its last files', async () => {
    await start({ settings: { default: 'direct', reclaimPolicy: 'Delete' } });
    await remove();
    await beToldToGo();
    await fleet.clock.advance(GRACE_PERIOD_MS - 10_000);
    expect(fleet.buckets.names()).toHaveLength(1);
    expect(await fleet.device('gate-7')).toBeDefined();
    await sayGoodbye();
    await fleet.eventually(isGone);
    expect(fleet.buckets.names()).toEqual([]);
    const reasons = (await fleet.events('gate-7')).map(({ reason }) => reason);
    expect(reasons).not.toContain('DisconnectUnconfirmed');
  });

  test('goes at the word of a device that another replica told to go', async () => {
    await start({ settings: { default: 'direct', reclaimPolicy: 'Delete' } });
    await sayGoodbye();
    await remove();
    await sayGoodbye();
    await fleet.clock.advance(1_000);
    expect(await fleet.device('gate-7')).toBeDefined();
    await fleet.configuration('gate-7');
    await sayGoodbye();
    await fleet.eventually(isGone);
  });

  test.each([
    ['Retain', 'Delete', 1],
    ['Delete', 'Retain', 0],
  ] as const)(
    'follows the device, which says %s, and not the operator, which says %s',
    async (own, preset, buckets) => {
      await start({ settings: { default: 'direct', reclaimPolicy: preset } });
      await fleet.spec({ storage: { s3: { reclaimPolicy: own } } });
      await remove();
      await leave();
      await fleet.eventually(isGone);
      expect(fleet.buckets.names()).toHaveLength(buckets);
    },
  );

  test('goes with a device that never answers, after its grace period', async () => {
    await start({ settings: { default: 'direct', reclaimPolicy: 'Delete' } });
    await remove();
    await fleet.clock.advance(GRACE_PERIOD_MS - 5_000);
    expect(fleet.buckets.names()).toHaveLength(1);
    await fleet.clock.advance(10_000);
    await fleet.eventually(isGone);
    expect(fleet.buckets.names()).toEqual([]);
  });

  test('is left, with a word, when the store is away for a grace period more', async () => {
    await start({ settings: { default: 'direct', reclaimPolicy: 'Delete' } });
    fleet.buckets.fail('STORAGE_UNREACHABLE');
    await remove();
    await fleet.clock.advance(2 * GRACE_PERIOD_MS - 15_000);
    expect((await fleet.gate()).metadata.finalizers).toEqual([STORAGE_FINALIZER]);
    await fleet.clock.advance(20_000);
    await fleet.eventually(isGone);
    const [bucket = ''] = fleet.buckets.names();
    expect(await left()).toEqual([
      `BucketLeft: the device is deleted, and its bucket ${bucket} is left: the object store cannot be reached`,
    ]);
    expect(await fleet.kept()).toBeUndefined();
  });

  test('goes when the store comes back in time', async () => {
    await start({ settings: { default: 'direct', reclaimPolicy: 'Delete' } });
    fleet.buckets.fail('STORAGE_UNREACHABLE');
    await remove();
    await leave();
    await fleet.clock.advance(100_000);
    expect((await fleet.gate()).metadata.finalizers).toEqual([STORAGE_FINALIZER]);
    fleet.buckets.fail();
    await fleet.clock.advance(60_000);
    await fleet.eventually(isGone);
    expect(fleet.buckets.names()).toEqual([]);
    expect(await left()).toEqual([]);
  });
});

describe('the claim of a device that is deleted', () => {
  const claim = () => fleet.store.get(OBJECT_BUCKET_CLAIM, GATE);
  const startWithClaim = async (reclaimPolicy: 'Retain' | 'Delete', own = false): Promise<void> => {
    fleet = await startStorageFleet({ settings: { reclaimPolicy } });
    if (own) await fleet.store.create(OBJECT_BUCKET_CLAIM, { metadata: GATE, spec: {} });
    await fleet.tellBucket('gate-7');
    await fleet.spec({ storage: { s3: { provisioner: 'claim' } } });
    await fleet.eventually(async () => expect(await fleet.told()).toBeDefined());
    await remove();
    await leave();
    await fleet.eventually(isGone);
  };

  test('goes with Delete', async () => {
    await startWithClaim('Delete');
    expect(await claim()).toBeUndefined();
  });

  test('is kept with Retain', async () => {
    await startWithClaim('Retain');
    expect(await claim()).toBeDefined();
  });

  test('is kept when somebody else made it', async () => {
    await startWithClaim('Delete', true);
    expect(await claim()).toBeDefined();
  });
});

test('what others named is never touched', async () => {
  fleet = await startStorageFleet({ settings: { reclaimPolicy: 'Delete' } });
  await fleet.tellBucket('shop');
  await fleet.spec({ storage: { s3: { configMapName: 'shop', secretName: 'shop' } } });
  await fleet.eventually(async () => expect(await fleet.told()).toBeDefined());
  await remove();
  await leave();
  await fleet.eventually(isGone);
  expect(await fleet.store.get(SECRET, { namespace: 'default', name: 'shop' })).toBeDefined();
  expect(await fleet.kept()).toBeUndefined();
});

test('a device that leaves while its bucket is looked at is not forgotten', async () => {
  let interfere: (() => Promise<void>) | undefined;
  const interrupted = (store: ResourceStore): ResourceStore => ({
    ...store,
    async apply(kind, resource, options) {
      const interfering = options.owner === 'k4e-storage' && options.subresource === 'status' ? interfere : undefined;
      if (interfering !== undefined) interfere = undefined;
      await interfering?.();
      return store.apply(kind, resource, options);
    },
  });
  await start({ settings: { default: 'direct' }, storeSeen: interrupted });
  // Deleting a device raises its generation, which its condition of storage repeats.
  interfere = async () => {
    await fleet.store.apply(EDGE_DEVICE, { metadata: GATE }, { owner: 'k4e-life-cycle', force: true });
  };
  await fleet.store.delete(EDGE_DEVICE, GATE);
  await fleet.eventually(isGone);
  expect(interfere).toBeUndefined();
  expect(await fleet.kept()).toBeUndefined();
});

test('our Secret goes also when somebody takes the finalizers away', async () => {
  await start({ settings: { default: 'direct' } });
  await fleet.store.delete(EDGE_DEVICE, GATE);
  for (const owner of ['k4e-life-cycle', 'k4e-storage'])
    await fleet.store.apply(EDGE_DEVICE, { metadata: GATE }, { owner, force: true });
  await fleet.eventually(async () => expect(await fleet.kept()).toBeUndefined());
});

test('a device without a bucket is not held by storage', async () => {
  fleet = await startStorageFleet({ settings: { reclaimPolicy: 'Delete' } });
  await fleet.eventually(async () => expect((await fleet.gate()).metadata.finalizers).toHaveLength(2));
  expect((await fleet.gate()).metadata.finalizers).toEqual(
    expect.arrayContaining([CONNECTION_FINALIZER, WORKLOAD_FINALIZER]),
  );
});
