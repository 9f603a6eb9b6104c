import { afterEach, describe, expect, test } from 'vitest';
import { CONFIG_MAP } from '@k4e/core/resources';
import { base64, expectNoSecrets, startStorageFleet } from './storage-fleet.ts';
import type { StorageFleet } from './storage-fleet.ts';

let fleet: StorageFleet;
afterEach(() => fleet.stop());

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const NAMED = { storage: { s3: { configMapName: 'shop', secretName: 'shop' } } };

const secretKey = async (): Promise<string | undefined> => (await fleet.told())?.s3?.aws_secret_access_key;

test('a device is told of the bucket that its spec names, as upstream peers decode it', async () => {
  fleet = await startStorageFleet({ features: [] });
  await fleet.tellBucket('shop', { 'tls.crt': CERTIFICATE });
  const before = await fleet.configuration('gate-7');
  expect(before.configuration?.storage).toBeUndefined();
  await fleet.spec(NAMED);
  await fleet.eventually(async () => {
    expect(await fleet.told()).toEqual({
      s3: {
        bucket_host: 's3.example',
        bucket_port: 443,
        bucket_name: 'files',
        bucket_region: 'eu-1',
        aws_access_key_id: base64('id'),
        aws_secret_access_key: base64('hunter2'),
        aws_ca_bundle: base64(CERTIFICATE),
      },
    });
  });
  expect(await fleet.storageReady()).toMatchObject({
    status: 'True',
    reason: 'BucketReady',
    message: 'files go to the bucket files',
  });
  expect((await fleet.gate()).status?.storage).toMatchObject({
    provisioner: 'external',
    source: 'ConfigMap shop and Secret shop',
    bucket: 'files',
    secretName: 'k4e-storage-gate-7',
  });
  expect((await fleet.kept())?.metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'k4e-operator' });
  await fleet.eventually(async () => {
    await fleet.beat();
    const { status } = await fleet.gate();
    expect(status?.configurationVersion).not.toBe(before.version);
    expect(status?.configurationVersion).toBe(status?.lastSyncedResourceVersion);
  });
  await expectNoSecrets(fleet, 'hunter2');
});

describe('keys that are rotated', () => {
  test('are noticed by looking now and then', async () => {
    fleet = await startStorageFleet();
    await fleet.tellBucket('shop');
    await fleet.spec(NAMED);
    await fleet.eventually(async () => expect(await secretKey()).toBe(base64('hunter2')));
    await fleet.tellBucket('shop', { AWS_SECRET_ACCESS_KEY: 'rotated' });
    await fleet.pass(200);
    expect(await secretKey()).toBe(base64('hunter2'));
    await fleet.pass(120);
    expect(await secretKey()).toBe(base64('rotated'));
    await expectNoSecrets(fleet, 'hunter2', 'rotated');
  });

  test.each([{ reason: 'STORAGE_CREDENTIALS', message: 'the credentials are wrong' }, { message: 'no words for it' }])(
    'arrive within seconds when the device says %j',
    async (upload) => {
      fleet = await startStorageFleet();
      await fleet.tellBucket('shop');
      await fleet.spec(NAMED);
      await fleet.deploy('web', { device: 'gate-7', data: { paths: [{ source: 'a', target: 'b' }] } });
      await fleet.eventually(async () => expect((await fleet.configuration('gate-7')).workloads).toHaveLength(1));
      await fleet.pass(30);
      await fleet.tellBucket('shop', { AWS_SECRET_ACCESS_KEY: 'rotated' });
      await fleet.beat({ workloads: [{ name: 'web', status: 'Running', upload }] });
      await fleet.clock.advance(2_000);
      expect(await secretKey()).toBe(base64('rotated'));
    },
  );

  test('that come while the device complains arrive within a minute, without it saying anything new', async () => {
    fleet = await startStorageFleet();
    await fleet.tellBucket('shop');
    await fleet.spec(NAMED);
    await fleet.deploy('web', { device: 'gate-7', data: { paths: [{ source: 'a', target: 'b' }] } });
    await fleet.eventually(async () => expect((await fleet.configuration('gate-7')).workloads).toHaveLength(1));
    const upload = { reason: 'STORAGE_CREDENTIALS', message: 'the credentials are wrong' };
    const complaint = { workloads: [{ name: 'web', status: 'Running', upload }] };
    await fleet.pass(60, complaint);
    await fleet.tellBucket('shop', { AWS_SECRET_ACCESS_KEY: 'rotated' });
    await fleet.pass(60, complaint);
    expect(await secretKey()).toBe(base64('rotated'));
  });
});

describe('what is wrong is said, and the device gets its configuration', () => {
  test('no such ConfigMap; it is looked for again, and what was wrong is said once', async () => {
    fleet = await startStorageFleet();
    await fleet.spec(NAMED);
    await fleet.deploy('web', { device: 'gate-7' });
    await fleet.eventually(async () => {
      expect((await fleet.configuration('gate-7')).workloads).toHaveLength(1);
      expect(await fleet.storageReady()).toMatchObject({
        status: 'False',
        reason: 'BucketUnavailable',
        message: 'there is no ConfigMap shop in the namespace default',
      });
    });
    expect(await fleet.told()).toBeUndefined();
    await fleet.pass(900);
    expect(await fleet.tales()).toEqual(['BucketUnavailable: there is no ConfigMap shop in the namespace default']);
    await fleet.tellBucket('shop');
    await fleet.pass(300);
    expect(await secretKey()).toBe(base64('hunter2'));
    expect(await fleet.storageReady()).toMatchObject({ status: 'True' });
  });

  test('a key that is missing, by its name', async () => {
    fleet = await startStorageFleet();
    await fleet.tellBucket('shop', { AWS_ACCESS_KEY_ID: '' }, { BUCKET_REGION: '' });
    await fleet.spec(NAMED);
    await fleet.eventually(async () =>
      expect(await fleet.storageReady()).toMatchObject({
        status: 'False',
        message: 'missing: BUCKET_REGION of ConfigMap shop, AWS_ACCESS_KEY_ID of Secret shop',
      }),
    );
  });

  test('what was good goes on while what it was read from is away', async () => {
    fleet = await startStorageFleet();
    await fleet.tellBucket('shop');
    await fleet.spec(NAMED);
    await fleet.eventually(async () => expect(await secretKey()).toBe(base64('hunter2')));
    await fleet.store.delete(CONFIG_MAP, { namespace: 'default', name: 'shop' });
    await fleet.pass(330);
    expect(await fleet.storageReady()).toMatchObject({
      status: 'False',
      reason: 'BucketUnavailable',
      message: expect.stringContaining('goes on with what it was given before') as string,
    });
    expect(await secretKey()).toBe(base64('hunter2'));
  });

  test('another bucket that is not there takes the place of one that is', async () => {
    fleet = await startStorageFleet();
    await fleet.tellBucket('shop');
    await fleet.spec(NAMED);
    await fleet.eventually(async () => expect(await secretKey()).toBe(base64('hunter2')));
    await fleet.spec({ storage: { s3: { configMapName: 'other', secretName: 'other' } } });
    await fleet.eventually(async () => expect(await fleet.told()).toBeUndefined());
    expect(await fleet.storageReady()).toMatchObject({ status: 'False', reason: 'BucketUnavailable' });
    expect(await fleet.kept()).toBeUndefined();
  });

  test('a Secret of somebody else in the place of ours is left alone', async () => {
    fleet = await startStorageFleet();
    await fleet.tellBucket('k4e-storage-gate-7');
    await fleet.tellBucket('shop');
    await fleet.spec(NAMED);
    await fleet.eventually(async () =>
      expect((await fleet.storageReady())?.message).toContain(
        'Secret k4e-storage-gate-7: exists and was not made by k4e',
      ),
    );
    expect((await fleet.kept())?.metadata.labels).toBeUndefined();
    await fleet.spec({});
    await fleet.eventually(async () => expect(await fleet.storageReady()).toBeUndefined());
    expect(await fleet.kept()).toBeDefined();
  });
});

test('a device that is to have no bucket any more is told so, and nothing of ours is left', async () => {
  fleet = await startStorageFleet();
  await fleet.tellBucket('shop');
  await fleet.spec(NAMED);
  await fleet.eventually(async () => expect(await secretKey()).toBe(base64('hunter2')));
  await fleet.spec({ storage: { uploadIntervalSeconds: 60, maxUploadBytesPerSecond: 4_096 } });
  await fleet.eventually(async () =>
    expect(await fleet.told()).toEqual({ interval_seconds: 60, max_bytes_per_second: 4_096 }),
  );
  const { metadata, status } = await fleet.gate();
  expect(status?.storage).toBeUndefined();
  expect(status?.conditions?.map(({ type }) => type)).not.toContain('StorageReady');
  expect(metadata.finalizers).not.toContain('management.k4e.io/storage');
  expect(await fleet.kept()).toBeUndefined();
});

test('a device with files to upload and no bucket is told of in a condition', async () => {
  fleet = await startStorageFleet();
  await fleet.deploy('web', { device: 'gate-7', data: { paths: [{ source: 'a', target: 'b' }], intervalSeconds: 5 } });
  await fleet.eventually(async () =>
    expect(await fleet.storageReady()).toMatchObject({ status: 'False', reason: 'NoBucket' }),
  );
  expect((await fleet.configuration('gate-7')).workloads[0]?.data).toEqual({
    paths: [{ source: 'a', target: 'b' }],
    interval_seconds: 5,
  });
  await fleet.deploy('web', { device: 'gate-7' });
  await fleet.eventually(async () => expect(await fleet.storageReady()).toBeUndefined());
});
