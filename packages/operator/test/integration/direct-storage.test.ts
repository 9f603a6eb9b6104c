import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '@k4e/core';
import { EdgeApiClient, FEATURES, deviceConfigurationSchema } from '@k4e/core/protocol';
import type { ReceivedDeviceConfiguration } from '@k4e/core/protocol';
import type { BucketAccess, ObjectContent } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { EDGE_DEVICE } from '@k4e/core/resources';
import { createMemoryLogger } from '@k4e/core/testing';
import type { MemoryLogger } from '@k4e/core/testing';
import { createOpenBucket } from '@k4e/storage-s3';
import { createSqliteStore } from '@k4e/store-sqlite';
import type { SqliteStore } from '@k4e/store-sqlite';
import { startMinioProgram } from '@k4e/testbed';
import type { MinioProgram } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createOperator, loadOperatorConfig } from '../../src/index.ts';
import { createTeardown } from '../support/teardown.ts';

const PATIENCE = { timeout: 30_000, interval: 100 };
const GATE_7 = { namespace: 'default', name: 'gate-7' };

type WireBucket = NonNullable<NonNullable<ReceivedDeviceConfiguration['configuration']>['storage']>['s3'];

const decode = (text = ''): string => Buffer.from(text, 'base64').toString();
const content = (text: string): ObjectContent => ({
  sizeBytes: Buffer.byteLength(text),
  read: async (offset, lengthBytes) => Buffer.from(text).subarray(offset, offset + lengthBytes),
  confirm: async () => undefined,
});

/** Access as a device reads it off the wire. */
function accessOf(bucket: WireBucket): BucketAccess {
  return {
    endpoint: `${bucket?.bucket_scheme ?? 'https'}://${bucket?.bucket_host ?? ''}:${String(bucket?.bucket_port)}`,
    bucket: bucket?.bucket_name ?? '',
    region: bucket?.bucket_region ?? '',
    accessKeyId: decode(bucket?.aws_access_key_id),
    secretAccessKey: decode(bucket?.aws_secret_access_key),
    sessionToken: decode(bucket?.aws_session_token),
  };
}

await describeWithPart('minio', 'an operator that makes buckets on a real MinIO', () => {
  const teardown = createTeardown();
  let minio: MinioProgram;
  let store: SqliteStore;
  let logger: MemoryLogger;
  let directory: string;
  let client: EdgeApiClient;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'k4e-direct-'));
    teardown.keep({ stop: () => rm(directory, { recursive: true }) });
    minio = teardown.keep(await startMinioProgram());
    await tellCredentials(minio.root.secretAccessKey);
    logger = createMemoryLogger();
    const clock = createSystemClock();
    store = createSqliteStore({ file: join(directory, 'k4e.db'), clock, logger });
    const flags = {
      ...{ 'data-file': 'not-opened.db', 'edge-address': '127.0.0.1:0', 'metrics-addr': '127.0.0.1:0' },
      ...{ storage: 'direct', 'storage-reclaim-policy': 'Delete', 's3-endpoint': minio.endpoint },
      's3-credentials-dir': directory,
    };
    const operator = createOperator(loadOperatorConfig({ flags }), { logger, store });
    const stopping = new AbortController();
    const ended = operator.run({ signal: stopping.signal });
    ended.catch(() => undefined);
    teardown.keep({
      stop: () => {
        stopping.abort();
        return ended;
      },
    });
    client = new EdgeApiClient({ url: (await operator.listening()).edgeUrl });
    for (const name of ['gate-7', 'gate-8'])
      await eventually(() => client.register(name, { features: Object.values(FEATURES) }));
  });
  afterAll(teardown.run);

  const eventually = <T>(check: () => Promise<T>): Promise<T> => vi.waitFor(check, PATIENCE);
  const tellCredentials = async (secretAccessKey: string): Promise<void> => {
    await writeFile(join(directory, 'AWS_ACCESS_KEY_ID'), `${minio.root.accessKeyId}\n`);
    await writeFile(join(directory, 'AWS_SECRET_ACCESS_KEY'), `${secretAccessKey}\n`);
  };
  const bucketOf = (name: string): Promise<BucketAccess> =>
    eventually(async () => {
      const { configuration } = deviceConfigurationSchema.parse((await client.fetch('data', name))?.content);
      expect(configuration?.storage?.s3?.aws_session_token).toBeDefined();
      return accessOf(configuration?.storage?.s3);
    });
  const storageOf = async (name: string) =>
    (await store.get(EDGE_DEVICE, { namespace: 'default', name }))?.status?.conditions?.find(
      ({ type }) => type === 'StorageReady',
    );
  const put = async (access: BucketAccess, key: string): Promise<string> => {
    const bucket = await createOpenBucket()(access);
    try {
      return (await bucket.put(key, content('a reading'))).key;
    } catch (error) {
      return errorCode(error) ?? String(error);
    } finally {
      bucket.close();
    }
  };

  test('a device can use what it is told, on its own bucket and on no other', async () => {
    const [mine, theirs] = [await bucketOf('gate-7'), await bucketOf('gate-8')];
    expect(mine.bucket).not.toBe(theirs.bucket);
    expect(await put(mine, 'stats/today.csv')).toBe('stats/today.csv');
    expect(await put({ ...mine, bucket: theirs.bucket }, 'stats/today.csv')).toBe('STORAGE_REFUSED');
  });

  test('nothing of what is secret is told to anybody else', async () => {
    const access = await bucketOf('gate-7');
    const told = JSON.stringify([logger.lines, await store.get(EDGE_DEVICE, GATE_7)]);
    for (const secret of [access.secretAccessKey, access.sessionToken ?? '', minio.root.secretAccessKey])
      expect(told).not.toContain(secret);
  });

  test('credentials of the operator that are wrong are a condition; once they are right the device has its bucket', async () => {
    await tellCredentials('wrong');
    await client.register('gate-9', { features: Object.values(FEATURES) });
    await eventually(async () =>
      expect(await storageOf('gate-9')).toMatchObject({ status: 'False', reason: 'StorageCredentials' }),
    );
    await tellCredentials(minio.root.secretAccessKey);
    expect(await put(await bucketOf('gate-9'), 'a')).toBe('a');
  });

  test('a device that is deleted takes its bucket with it', async () => {
    const access = await bucketOf('gate-7');
    await store.delete(EDGE_DEVICE, GATE_7);
    await eventually(async () => {
      await client.fetch('data', 'gate-7').catch(() => undefined);
      await client.fetch('control', 'gate-7').catch(() => undefined);
      await client.send('control', 'gate-7', { type: 'connection-status', content: { state: 'offline' } });
      expect(await store.get(EDGE_DEVICE, GATE_7)).toBeUndefined();
    });
    expect(await put(access, 'too-late')).toBe('STORAGE_NO_BUCKET');
  });
});
