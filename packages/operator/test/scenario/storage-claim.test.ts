import { afterEach, describe, expect, test } from 'vitest';
import { K4eError } from '@k4e/core';
import { CONFIG_MAP, OBJECT_BUCKET_CLAIM, ROUTE, SECRET } from '@k4e/core/resources';
import type { ObjectBucketClaimResource } from '@k4e/core/resources';
import type { ResourceStore } from '@k4e/core/ports';
import { GATE, base64, startStorageFleet } from './storage-fleet.ts';
import type { StorageFleet } from './storage-fleet.ts';

const NOOBAA = 'openshift-storage.noobaa.io';
const CA = '-----BEGIN CERTIFICATE-----\nROUTER\n-----END CERTIFICATE-----\n';

let fleet: StorageFleet;
afterEach(() => fleet.stop());

const claim = (): Promise<ObjectBucketClaimResource | undefined> => fleet.store.get(OBJECT_BUCKET_CLAIM, GATE);

test('every device has a claim of its own where that is the default, and gets the bucket that comes of it', async () => {
  fleet = await startStorageFleet({ settings: { default: 'claim', claimStorageClass: 'rook-ceph-bucket' } });
  await fleet.eventually(async () =>
    expect(await claim()).toMatchObject({
      metadata: { labels: { 'app.kubernetes.io/managed-by': 'k4e-operator' } },
      spec: { generateBucketName: 'gate-7', storageClassName: 'rook-ceph-bucket' },
    }),
  );
  await fleet.eventually(async () => {
    expect((await fleet.gate()).status?.dataObc).toBe('gate-7');
    expect(await fleet.storageReady()).toMatchObject({
      status: 'False',
      reason: 'BucketPending',
      message: 'ObjectBucketClaim gate-7: waits for the provisioner of storage class rook-ceph-bucket',
    });
  });
  await fleet.tellBucket('gate-7', {}, { BUCKET_HOST: 'rgw.example', BUCKET_REGION: '' });
  await fleet.pass(60);
  expect(await fleet.told()).toMatchObject({
    s3: { bucket_host: 'rgw.example', bucket_region: 'ignore', aws_access_key_id: base64('id') },
  });
  expect((await fleet.gate()).status).toMatchObject({
    dataObc: 'gate-7',
    storage: { provisioner: 'claim', source: 'ObjectBucketClaim gate-7', bucket: 'files' },
  });
  // That it was pending is no news for anybody.
  expect(await fleet.tales()).toEqual(['BucketReady: files go to the bucket files']);
});

test('a device may ask for a claim, or for none, against the default', async () => {
  fleet = await startStorageFleet();
  await fleet.spec({ storage: { s3: { createOBC: true } } });
  await fleet.eventually(async () => expect((await claim())?.spec?.storageClassName).toBe(NOOBAA));
  await fleet.stop();
  fleet = await startStorageFleet({ settings: { default: 'claim' }, features: [] });
  await fleet.eventually(async () => expect(await claim()).toBeDefined());
  await fleet.spec({ storage: { s3: { createOBC: false } } });
  await fleet.eventually(async () => expect(await fleet.storageReady()).toBeUndefined());
  expect((await fleet.gate()).status?.dataObc).toBeUndefined();
});

test('a claim that somebody made before is used as it is', async () => {
  fleet = await startStorageFleet();
  await fleet.store.create(OBJECT_BUCKET_CLAIM, { metadata: GATE, spec: { storageClassName: 'mine' } });
  await fleet.tellBucket('gate-7');
  await fleet.spec({ storage: { s3: { provisioner: 'claim' } } });
  await fleet.eventually(async () => expect(await fleet.told()).toMatchObject({ s3: { bucket_name: 'files' } }));
  expect((await claim())?.spec).toEqual({ storageClassName: 'mine' });
});

test('a claim that has failed is told of', async () => {
  fleet = await startStorageFleet({ settings: { default: 'claim' } });
  await fleet.eventually(async () => expect(await claim()).toBeDefined());
  const failed = { metadata: GATE, status: { phase: 'Failed' } };
  await fleet.store.apply(OBJECT_BUCKET_CLAIM, failed, { owner: 'provisioner', subresource: 'status' });
  await fleet.pass(60);
  expect(await fleet.storageReady()).toMatchObject({
    reason: 'BucketUnavailable',
    message: 'ObjectBucketClaim gate-7: has failed; its provisioner knows why',
  });
});

test('a claim that was deleted is made again', async () => {
  fleet = await startStorageFleet({ settings: { default: 'claim' } });
  await fleet.tellBucket('gate-7');
  await fleet.eventually(async () => expect(await fleet.told()).toBeDefined());
  const first = await claim();
  await fleet.store.delete(OBJECT_BUCKET_CLAIM, GATE);
  await fleet.pass(330);
  expect((await claim())?.metadata.uid).not.toBe(first?.metadata.uid);
  expect(await fleet.told()).toBeDefined();
});

describe('on OpenShift', () => {
  async function openShift(host: string | undefined): Promise<void> {
    const create = { owner: 'openshift' };
    if (host !== undefined)
      await fleet.store.apply(
        ROUTE,
        { metadata: { namespace: 'openshift-storage', name: 's3' }, spec: { host } },
        create,
      );
    const ca = { namespace: 'openshift-ingress-operator', name: 'router-ca' };
    await fleet.store.apply(SECRET, { metadata: ca, data: { 'tls.crt': base64(CA) } }, create);
  }
  const INSIDE = { BUCKET_HOST: 's3.openshift-storage.svc', BUCKET_PORT: '443' };

  test('the route and its CA take the place of what only the cluster reaches', async () => {
    fleet = await startStorageFleet({ settings: { default: 'claim' } });
    await openShift('s3-openshift-storage.apps.example');
    await fleet.tellBucket('gate-7', {}, INSIDE);
    await fleet.eventually(async () =>
      expect(await fleet.told()).toMatchObject({
        s3: { bucket_host: 's3-openshift-storage.apps.example', bucket_port: 443, aws_ca_bundle: base64(CA) },
      }),
    );
  });

  test('without a route it is as the ConfigMap says', async () => {
    fleet = await startStorageFleet({ settings: { default: 'claim' } });
    await openShift(undefined);
    await fleet.tellBucket('gate-7', {}, INSIDE);
    await fleet.eventually(async () =>
      expect(await fleet.told()).toMatchObject({ s3: { bucket_host: 's3.openshift-storage.svc' } }),
    );
  });

  test('a bucket of another storage class has nothing to do with the route', async () => {
    fleet = await startStorageFleet({ settings: { default: 'claim', claimStorageClass: 'rook-ceph-bucket' } });
    await openShift('s3-openshift-storage.apps.example');
    await fleet.tellBucket('gate-7', {}, { BUCKET_HOST: 'rgw.example' });
    await fleet.eventually(async () =>
      expect(await fleet.told()).toMatchObject({ s3: { bucket_host: 'rgw.example' } }),
    );
  });
});

describe('a cluster that does not know claims', () => {
  let claimsServed = false;
  let looks = 0;
  const withoutClaims = (store: ResourceStore): ResourceStore => {
    const check = (kind: { readonly kind: string }): void => {
      if (kind.kind !== 'ObjectBucketClaim') return;
      looks += 1;
      if (!claimsServed) throw new K4eError('KIND_NOT_SERVED');
    };
    return {
      ...store,
      async get(kind, ref, options) {
        check(kind);
        return store.get(kind, ref, options);
      },
      async create(kind, resource, options) {
        check(kind);
        return store.create(kind, resource, options);
      },
    };
  };

  test('says so once, goes on with everything else, and looks again now and then', async () => {
    [claimsServed, looks] = [false, 0];
    fleet = await startStorageFleet({ settings: { default: 'claim' }, storeSeen: withoutClaims });
    await fleet.deploy('web', { device: 'gate-7', data: { paths: [{ source: 'a', target: 'b' }] } });
    await fleet.eventually(async () => {
      await fleet.beat();
      expect(await fleet.storageReady()).toMatchObject({ status: 'False', reason: 'BucketUnavailable' });
      expect((await fleet.gate()).status?.workloads?.summary).toBe('1/1');
    });
    expect((await fleet.storageReady())?.message).toContain('this cluster does not know ObjectBucketClaims');
    await fleet.pass(1_800);
    expect(await fleet.tales()).toHaveLength(1);
    expect(looks).toBeLessThan(10);
    claimsServed = true;
    await fleet.tellBucket('gate-7');
    await fleet.pass(330);
    expect(await fleet.told()).toMatchObject({ s3: { bucket_name: 'files' } });
  });
});

test('a device that is not known for plain http is not told of a bucket that has nothing else', async () => {
  fleet = await startStorageFleet({ settings: { default: 'claim' }, features: [] });
  await fleet.tellBucket('gate-7', {}, { BUCKET_PORT: '80' });
  await fleet.eventually(async () =>
    expect(await fleet.storageReady()).toMatchObject({
      reason: 'AgentTooOld',
      message: expect.stringContaining('s3-plain-http') as string,
    }),
  );
  expect(await fleet.kept()).toBeUndefined();
  await fleet.beat({ features: ['s3-plain-http'] });
  await fleet.eventually(async () =>
    expect(await fleet.told()).toMatchObject({ s3: { bucket_port: 80, bucket_scheme: 'http' } }),
  );
  await fleet.store.delete(CONFIG_MAP, GATE);
});
