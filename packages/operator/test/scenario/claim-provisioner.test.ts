import { afterEach, describe, expect, test } from 'vitest';
import { K4eError } from '@k4e/core';
import type { ResourceStore } from '@k4e/core/ports';
import { CONFIG_MAP, OBJECT_BUCKET_CLAIM, SECRET } from '@k4e/core/resources';
import type { ObjectBucketClaimResource } from '@k4e/core/resources';
import { GRACE_PERIOD_MS } from './fleet.ts';
import { base64, startStorageFleet } from './storage-fleet.ts';
import type { StorageFleet, StorageFleetOptions } from './storage-fleet.ts';

const OURS = 'k4e-s3';
const SHOP = { namespace: 'default', name: 'shop' };
const PROVISIONING: StorageFleetOptions = {
  settings: { claimProvisioner: { storageClassName: OURS } },
  direct: { lifeMs: 3_600_000 },
};

let fleet: StorageFleet;
afterEach(() => fleet.stop());

const claim = (): Promise<ObjectBucketClaimResource | undefined> => fleet.store.get(OBJECT_BUCKET_CLAIM, SHOP);
const place = async () => (await fleet.store.get(CONFIG_MAP, SHOP))?.data;
const keys = async () => (await fleet.store.get(SECRET, SHOP))?.data;
const make = (spec: ObjectBucketClaimResource['spec']) =>
  fleet.store.create(OBJECT_BUCKET_CLAIM, { metadata: SHOP, spec: { storageClassName: OURS, ...spec } });
const isBound = async (): Promise<void> => expect(await claim()).toMatchObject({ status: { phase: 'Bound' } });
const tales = async () => {
  await fleet.clock.advance(5_000);
  return (await fleet.events('shop')).map(({ reason, message }) => `${reason}: ${message}`);
};

test('a claim of our storage class gets a bucket, and everything that is expected beside it', async () => {
  fleet = await startStorageFleet(PROVISIONING);
  await make({ generateBucketName: 'shop' });
  await fleet.eventually(isBound);
  const [bucket = ''] = fleet.buckets.names();
  expect(await claim()).toMatchObject({
    metadata: { finalizers: ['management.k4e.io/bucket'] },
    spec: { bucketName: bucket, objectBucketName: 'obc-default-shop', generateBucketName: 'shop' },
  });
  expect(await place()).toEqual({
    BUCKET_HOST: 's3.example',
    BUCKET_PORT: '9000',
    BUCKET_NAME: bucket,
    BUCKET_REGION: 'us-east-1',
    BUCKET_SCHEME: 'https',
  });
  expect(await keys()).toEqual({
    AWS_ACCESS_KEY_ID: base64('id-1'),
    AWS_SECRET_ACCESS_KEY: base64('secret-1'),
    AWS_SESSION_TOKEN: base64('token-1'),
  });
  expect(await tales()).toEqual(['BucketReady: the bucket is made']);
});

test('a device whose claim is ours gets its bucket by it, and new credentials before the old ones end', async () => {
  fleet = await startStorageFleet({
    ...PROVISIONING,
    settings: { ...PROVISIONING.settings, default: 'claim', claimStorageClass: OURS },
  });
  const token = async () => (await fleet.told())?.s3?.aws_session_token;
  await fleet.eventually(async () => expect(await token()).toBe(base64('token-1')));
  expect((await fleet.gate()).status?.dataObc).toBe('gate-7');
  await fleet.pass(3_000);
  expect(await token()).toBe(base64('token-2'));
});

test('a bucket is called as its claim says', async () => {
  fleet = await startStorageFleet(PROVISIONING);
  await make({ bucketName: 'invoices' });
  await fleet.eventually(isBound);
  expect(fleet.buckets.names()).toEqual(['invoices']);
  expect((await place())?.BUCKET_NAME).toBe('invoices');
});

test('claims of another storage class, and of none, are left alone', async () => {
  fleet = await startStorageFleet(PROVISIONING);
  await make({ storageClassName: 'rook-ceph-bucket' });
  await fleet.store.create(OBJECT_BUCKET_CLAIM, { metadata: { ...SHOP, name: 'none' }, spec: {} });
  const before = await claim();
  await fleet.pass(600);
  expect(await claim()).toEqual(before);
  expect(fleet.buckets.names()).toEqual([]);
});

test('without being asked to, no claim is served', async () => {
  fleet = await startStorageFleet({ direct: {} });
  await make({});
  await fleet.pass(600);
  expect((await claim())?.status).toBeUndefined();
});

describe('what is written beside a claim', () => {
  test('is renewed before its credentials end, and only then', async () => {
    fleet = await startStorageFleet(PROVISIONING);
    await make({});
    await fleet.eventually(isBound);
    await fleet.pass(1_400);
    expect(fleet.buckets.grantCount()).toBe(1);
    await fleet.pass(1_000);
    expect((await keys())?.AWS_SESSION_TOKEN).toBe(base64('token-2'));
    expect(fleet.buckets.grantCount()).toBe(2);
  });

  test.each([
    ['ConfigMap', () => fleet.store.delete(CONFIG_MAP, SHOP)],
    ['Secret', () => fleet.store.delete(SECRET, SHOP)],
  ])('is written again when somebody removes the %s', async (_kind, remove) => {
    fleet = await startStorageFleet(PROVISIONING);
    await make({});
    await fleet.eventually(isBound);
    await remove();
    await fleet.pass(330);
    expect(await place()).toBeDefined();
    expect(await keys()).toBeDefined();
  });

  test('never takes the place of what somebody else wrote', async () => {
    fleet = await startStorageFleet(PROVISIONING);
    await fleet.tellBucket('shop');
    await make({});
    await fleet.eventually(async () => expect((await claim())?.status?.phase).toBe('Failed'));
    expect((await keys())?.AWS_ACCESS_KEY_ID).toBe(base64('id'));
    expect((await tales())[0]).toContain('there is a ConfigMap of that name that k4e did not make');
    expect(fleet.buckets.names()).toEqual([]);
    await fleet.store.delete(CONFIG_MAP, SHOP);
    await fleet.store.delete(SECRET, SHOP);
    await fleet.pass(330);
    await isBound();
  });
});

test('a store that is away is waited for, and told of', async () => {
  fleet = await startStorageFleet(PROVISIONING);
  fleet.buckets.fail('STORAGE_UNREACHABLE');
  await make({});
  await fleet.eventually(async () => expect((await claim())?.status?.phase).toBe('Pending'));
  expect(await tales()).toEqual(['StorageUnreachable: the object store cannot be reached']);
  fleet.buckets.fail();
  await fleet.pass(90);
  await isBound();
});

describe('a claim that is deleted', () => {
  test.each([
    ['Retain', undefined, 1],
    ['Delete', undefined, 0],
    ['Delete', 'Retain', 1],
    ['Retain', 'Delete', 0],
  ] as const)('with policy %s and annotation %s leaves %i buckets, and nothing else', async (preset, own, left) => {
    fleet = await startStorageFleet({ ...PROVISIONING, settings: { ...PROVISIONING.settings, reclaimPolicy: preset } });
    const annotations = own === undefined ? {} : { 'management.k4e.io/reclaim-policy': own };
    const metadata = { ...SHOP, annotations };
    await fleet.store.create(OBJECT_BUCKET_CLAIM, { metadata, spec: { storageClassName: OURS } });
    await fleet.eventually(isBound);
    await fleet.store.delete(OBJECT_BUCKET_CLAIM, SHOP);
    await fleet.eventually(async () => expect(await claim()).toBeUndefined());
    expect(fleet.buckets.names()).toHaveLength(left);
    expect([await place(), await keys()]).toEqual([undefined, undefined]);
  });

  test('goes after the grace period when the store is away, and says what is left', async () => {
    fleet = await startStorageFleet({
      ...PROVISIONING,
      settings: { ...PROVISIONING.settings, reclaimPolicy: 'Delete' },
    });
    await make({});
    await fleet.eventually(isBound);
    const [bucket = ''] = fleet.buckets.names();
    fleet.buckets.fail('STORAGE_UNREACHABLE');
    await fleet.store.delete(OBJECT_BUCKET_CLAIM, SHOP);
    await fleet.clock.advance(GRACE_PERIOD_MS - 20_000);
    expect(await claim()).toBeDefined();
    await fleet.clock.advance(90_000);
    expect(await claim()).toBeUndefined();
    expect((await tales()).filter((tale) => tale.startsWith('BucketLeft'))).toEqual([
      `BucketLeft: the claim is deleted, and its bucket ${bucket} is left: the object store cannot be reached`,
    ]);
  });
});

test('a cluster that does not know claims is no trouble to anything else', async () => {
  const withoutClaims = (store: ResourceStore): ResourceStore => ({
    ...store,
    async list(kind, scope, options) {
      if (kind.kind === 'ObjectBucketClaim') throw new K4eError('KIND_NOT_SERVED');
      return store.list(kind, scope, options);
    },
  });
  fleet = await startStorageFleet({ ...PROVISIONING, storeSeen: withoutClaims });
  await fleet.deploy('web', { device: 'gate-7' });
  await fleet.eventually(async () => {
    await fleet.beat();
    expect((await fleet.gate()).status?.workloads?.summary).toBe('1/1');
  });
});
