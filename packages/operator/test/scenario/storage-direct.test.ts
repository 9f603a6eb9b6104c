import { afterEach, describe, expect, test } from 'vitest';
import { K4eError } from '@k4e/core';
import type { ResourceStore } from '@k4e/core/ports';
import { EDGE_DEVICE, SECRET } from '@k4e/core/resources';
import { GATE, base64, expectNoSecrets, startStorageFleet } from './storage-fleet.ts';
import type { StorageFleet, StorageFleetOptions } from './storage-fleet.ts';

const LIFE_MS = 3_600_000;
const DIRECT: StorageFleetOptions = { settings: { default: 'direct' }, direct: { lifeMs: LIFE_MS } };

let fleet: StorageFleet;
afterEach(() => fleet.stop());

const token = async (): Promise<string | undefined> => (await fleet.told())?.s3?.aws_session_token;
const storage = async () => (await fleet.gate()).status?.storage;

test('a device gets a bucket, and credentials that end, with the time of their renewal in its status', async () => {
  fleet = await startStorageFleet(DIRECT);
  const startedMs = fleet.clock.nowMs();
  await fleet.eventually(async () => expect(await token()).toBe(base64('token-1')));
  const { expiresTime = '', renewTime = '', provisioner, bucket } = (await storage()) ?? {};
  expect({ provisioner, bucket }).toEqual({ provisioner: 'direct', bucket: fleet.buckets.names()[0] });
  expect(Math.abs(Date.parse(expiresTime) - startedMs - LIFE_MS)).toBeLessThan(2_000);
  const share = (Date.parse(renewTime) - startedMs) / LIFE_MS;
  expect(share).toBeGreaterThan(0.39);
  expect(share).toBeLessThan(0.61);
  await expectNoSecrets(fleet, 'secret-1', 'token-1');
});

test('credentials are renewed before they end, without a word, and only then', async () => {
  fleet = await startStorageFleet(DIRECT);
  await fleet.eventually(async () => expect(await token()).toBe(base64('token-1')));
  await fleet.pass(1_400);
  expect(fleet.buckets.grantCount()).toBe(1);
  await fleet.pass(1_000);
  expect(await token()).toBe(base64('token-2'));
  expect(fleet.buckets.grantCount()).toBe(2);
  expect(await fleet.tales()).toEqual([`BucketReady: files go to the bucket ${fleet.buckets.names()[0] ?? ''}`]);
  await fleet.pass(7_200);
  expect(fleet.buckets.grantCount()).toBeLessThanOrEqual(7);
  expect(Date.parse((await storage())?.expiresTime ?? '')).toBeGreaterThan(fleet.clock.nowMs());
  expect(await fleet.storageReady()).toMatchObject({ status: 'True', reason: 'BucketReady' });
});

test('a renewal that fails is told, and the device goes on with what it has until that ends', async () => {
  fleet = await startStorageFleet(DIRECT);
  await fleet.eventually(async () => expect(await token()).toBe(base64('token-1')));
  fleet.buckets.fail('STORAGE_UNREACHABLE');
  await fleet.pass(2_600);
  expect(await fleet.storageReady()).toMatchObject({
    status: 'True',
    reason: 'RenewalFails',
    message: 'the object store cannot be reached; the device goes on with what it was given before',
  });
  expect(await token()).toBe(base64('token-1'));
  expect((await fleet.tales()).map((tale) => tale.split(':')[0]).sort()).toEqual(['BucketReady', 'RenewalFails']);
  await fleet.pass(1_200);
  expect(await fleet.storageReady()).toMatchObject({ status: 'False', reason: 'StorageUnreachable' });
  expect((await fleet.tales()).filter((tale) => tale.startsWith('StorageUnreachable'))).toHaveLength(1);
  fleet.buckets.fail();
  await fleet.pass(150);
  expect(await token()).toBe(base64('token-2'));
  expect(await fleet.storageReady()).toMatchObject({ status: 'True', reason: 'BucketReady' });
});

describe('a device that does not say it can take a session token', () => {
  test('gets nothing secret, and is told of; an update of its agent is noticed at once', async () => {
    fleet = await startStorageFleet({ ...DIRECT, features: [] });
    await fleet.eventually(async () =>
      expect(await fleet.storageReady()).toMatchObject({
        status: 'False',
        reason: 'AgentTooOld',
        message: expect.stringContaining('it lacks s3-session-token') as string,
      }),
    );
    expect(await fleet.kept()).toBeUndefined();
    expect(await fleet.told()).toBeUndefined();
    await fleet.pass(1_200);
    expect(fleet.buckets.grantCount()).toBe(1);
    await fleet.beat({ features: ['s3-session-token'] });
    await fleet.eventually(async () => expect(await token()).toBe(base64('token-2')));
  });

  test('any more loses what it has', async () => {
    fleet = await startStorageFleet(DIRECT);
    await fleet.eventually(async () => expect(await token()).toBeDefined());
    await fleet.controlPlane.edgeApi.acceptData('gate-7', { directive: 'heartbeat', content: { status: 'up' } });
    await fleet.eventually(async () => expect(await fleet.storageReady()).toMatchObject({ reason: 'AgentTooOld' }));
    expect(await fleet.told()).toBeUndefined();
    expect(await fleet.kept()).toBeUndefined();
  });

  test('is told of a bucket without one', async () => {
    fleet = await startStorageFleet({ ...DIRECT, direct: {}, features: [] });
    await fleet.eventually(async () => expect(await fleet.told()).toMatchObject({ s3: { bucket_port: 9_000 } }));
    await fleet.pass(7_200);
    expect(fleet.buckets.grantCount()).toBe(1);
  });
});

describe('credentials that the device says fail', () => {
  const complaint = (reason: string, message = 'the credentials are wrong') => ({
    workloads: [{ name: 'web', status: 'Running', upload: { reason, message } }],
  });
  const start = async (): Promise<void> => {
    fleet = await startStorageFleet(DIRECT);
    await fleet.deploy('web', { device: 'gate-7', data: { paths: [{ source: 'a', target: 'b' }] } });
    await fleet.eventually(async () => {
      expect(await token()).toBeDefined();
      expect((await fleet.configuration('gate-7')).workloads).toHaveLength(1);
    });
  };

  test('are replaced, but no more than once in five minutes, whatever it goes on saying', async () => {
    await start();
    await fleet.pass(400);
    for (let minute = 0; minute < 10; minute++) await fleet.pass(60, complaint('STORAGE_CREDENTIALS', `try ${minute}`));
    expect(fleet.buckets.grantCount()).toBe(3);
  });

  test('for another reason are left as they are', async () => {
    await start();
    await fleet.pass(400);
    await fleet.pass(600, complaint('STORAGE_FULL'));
    expect(fleet.buckets.grantCount()).toBe(1);
  });
});

test('another endpoint of the operator is another bucket, at once', async () => {
  fleet = await startStorageFleet(DIRECT);
  await fleet.eventually(async () => expect(await token()).toBe(base64('token-1')));
  const status = { storage: { ...(await storage()), source: 'https://old.example:9000' } };
  await fleet.store.apply(
    EDGE_DEVICE,
    { metadata: GATE, status },
    { owner: 'kubectl', subresource: 'status', force: true },
  );
  await fleet.eventually(async () => expect(await token()).toBe(base64('token-2')));
  expect((await storage())?.source).toBe('https://s3.example:9000');
});

test('a Secret of ours that somebody removed is written again', async () => {
  fleet = await startStorageFleet(DIRECT);
  await fleet.eventually(async () => expect(await token()).toBeDefined());
  await fleet.store.delete(SECRET, { namespace: 'default', name: 'k4e-storage-gate-7' });
  await fleet.pass(330);
  expect(await token()).toBe(base64('token-2'));
});

test('a spec that asks for it where the operator has no endpoint is told so', async () => {
  fleet = await startStorageFleet();
  await fleet.spec({ storage: { s3: { provisioner: 'direct' } } });
  await fleet.eventually(async () =>
    expect(await fleet.storageReady()).toMatchObject({
      reason: 'BucketUnavailable',
      message: expect.stringContaining('storage.direct') as string,
    }),
  );
});

describe('a store that does not let the operator at Secrets', () => {
  let refused: 'get' | 'apply' | undefined;
  const refusing = (store: ResourceStore): ResourceStore => ({
    ...store,
    async get(kind, ref, options) {
      if (kind.kind === 'Secret' && refused === 'get') throw new K4eError('FORBIDDEN');
      return store.get(kind, ref, options);
    },
    async apply(kind, resource, options) {
      if (kind.kind === 'Secret' && refused !== undefined) throw new K4eError('FORBIDDEN');
      return store.apply(kind, resource, options);
    },
  });

  test.each(['get', 'apply'] as const)('(%s) is told of in the condition, and the device is served', async (what) => {
    refused = what;
    fleet = await startStorageFleet({ ...DIRECT, storeSeen: refusing });
    await fleet.deploy('web', { device: 'gate-7' });
    await fleet.eventually(async () => {
      expect(await fleet.storageReady()).toMatchObject({
        status: 'False',
        reason: 'Forbidden',
        message: expect.stringContaining('they are in its manifests') as string,
      });
      expect((await fleet.configuration('gate-7')).workloads).toHaveLength(1);
    });
    refused = undefined;
    await fleet.pass(150);
    expect(await token()).toBeDefined();
  });

  test('while the device is served: its configuration goes without, says so in its version, and comes back', async () => {
    refused = undefined;
    fleet = await startStorageFleet({ ...DIRECT, storeSeen: refusing });
    await fleet.eventually(async () => expect((await storage())?.version).toBeDefined());
    refused = 'get';
    const without = await fleet.configuration('gate-7');
    expect(without.configuration?.storage).toBeUndefined();
    expect(without.version).not.toBe((await fleet.gate()).status?.configurationVersion);
    refused = undefined;
    await fleet.clock.advance(6_000);
    const whole = await fleet.configuration('gate-7');
    expect(whole.configuration?.storage?.s3).toBeDefined();
    expect(whole.version).toBe((await fleet.gate()).status?.configurationVersion);
    expect(fleet.logger.lines.filter(({ message }) => message.includes('not told of its bucket'))).toHaveLength(1);
  });

  test('once the device was served: it keeps what it was told last', async () => {
    refused = undefined;
    fleet = await startStorageFleet({ ...DIRECT, storeSeen: refusing });
    await fleet.eventually(async () => expect(await token()).toBe(base64('token-1')));
    const { version } = await fleet.configuration('gate-7');
    await fleet.store.delete(SECRET, { namespace: 'default', name: 'k4e-storage-gate-7' });
    await fleet.eventually(async () => {
      await fleet.clock.advance(60_000);
      expect(fleet.buckets.grantCount()).toBe(2);
    });
    refused = 'get';
    const stale = await fleet.configuration('gate-7');
    expect(stale.configuration?.storage?.s3?.aws_session_token).toBe(base64('token-1'));
    expect(stale.version).toBe(version);
    expect((await fleet.gate()).status?.configurationVersion).not.toBe(version);
  });
});
