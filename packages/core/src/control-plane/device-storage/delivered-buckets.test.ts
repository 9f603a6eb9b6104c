import { createFakeClock, createMemoryLogger } from '@k4e/core/testing';
import { describe, expect, test } from 'vitest';
import { K4eError } from '../../foundation/index.ts';
import type { ResourceStore } from '../../ports/index.ts';
import { MAX_BODY_BYTES, createMessage } from '../../protocol/index.ts';
import { MAX_CA_BUNDLE_BYTES, MAX_CREDENTIAL_BYTES, MAX_SESSION_TOKEN_BYTES, MANAGED_BY } from '../buckets/index.ts';
import { withBucket } from '../configuration/assemble-configuration.ts';
import { MAX_WORKLOADS_BYTES } from '../edge-device/fit-deployments.ts';
import { sampleDevice } from '../edge-device/samples.testing.ts';
import {
  BUCKET_READ_LIMIT_MS,
  BUCKET_READ_PAUSE_MS,
  MAX_DELIVERED_BUCKETS,
  createDeliveredBuckets,
} from './delivered-buckets.ts';
import { toWireBucket } from './storage-secret.ts';

const encode = (text: string): string => Buffer.from(text).toString('base64');
const DATA = {
  ...{ BUCKET_HOST: encode('s3.example'), BUCKET_PORT: encode('443'), BUCKET_NAME: encode('files') },
  ...{ BUCKET_REGION: encode('eu-1'), AWS_ACCESS_KEY_ID: encode('id'), AWS_SECRET_ACCESS_KEY: encode('key') },
};

function reader(answer: (name: string) => object | undefined = () => ({ data: DATA })) {
  const reads: string[] = [];
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  let failure: Promise<never> | undefined;
  const store = {
    async get(kind: { admit(resource: unknown): unknown }, ref: { readonly namespace: string; readonly name: string }) {
      reads.push(ref.name);
      if (failure !== undefined) return failure;
      const found = answer(ref.name);
      return found === undefined ? undefined : kind.admit({ metadata: { ...ref, labels: MANAGED_BY }, ...found });
    },
  } as Pick<ResourceStore, 'get'>;
  const fail = (error?: Promise<never>): void => void (failure = error);
  const told: string[] = [];
  const onPauseOver = (key: string): void => void told.push(key);
  return { buckets: createDeliveredBuckets({ store, clock, logger, onPauseOver }), reads, clock, logger, fail, told };
}

const device = (version: string, name = 'gate-7', uid = 'uid-1') =>
  sampleDevice({ storage: { version } }, { name, uid });

test('a Secret is read once for each version of it', async () => {
  const { buckets, reads } = reader();
  const first = await buckets.of(device('1'));
  expect(first).toMatchObject({ version: '1', bucket: { bucket_host: 's3.example', bucket_port: 443 } });
  expect(await buckets.of(device('1'))).toBe(first);
  expect(reads).toEqual(['k4e-storage-gate-7']);
  expect(await buckets.of(device('2'))).toMatchObject({ version: '2' });
  expect(await buckets.of(sampleDevice())).toBeUndefined();
  expect(reads).toHaveLength(2);
});

test('another device of the same name is another one', async () => {
  const { buckets, reads } = reader();
  await buckets.of(device('1'));
  await buckets.of(device('1', 'gate-7', 'uid-2'));
  expect(reads).toHaveLength(2);
});

test('at the limit the bucket that was not asked for the longest is forgotten', async () => {
  const { buckets, reads } = reader();
  for (let index = 0; index < MAX_DELIVERED_BUCKETS; index++) await buckets.of(device('1', `d-${index}`));
  await buckets.of(device('1', 'd-0'));
  await buckets.of(device('1', 'one-more'));
  expect(reads).toHaveLength(MAX_DELIVERED_BUCKETS + 1);
  await buckets.of(device('1', 'd-0'));
  expect(reads).toHaveLength(MAX_DELIVERED_BUCKETS + 1);
  await buckets.of(device('1', 'd-1'));
  expect(reads).toHaveLength(MAX_DELIVERED_BUCKETS + 2);
});

describe('a Secret that cannot be read', () => {
  test('is not asked for again for a while, told once, and never an error', async () => {
    const { buckets, reads, clock, logger, fail } = reader();
    fail(Promise.reject(new K4eError('FORBIDDEN')));
    for (let poll = 0; poll < 5; poll++) expect(await buckets.of(device('1'))).toBeUndefined();
    expect(reads).toHaveLength(1);
    await clock.advance(BUCKET_READ_PAUSE_MS);
    expect(await buckets.of(device('1'))).toBeUndefined();
    expect(reads).toHaveLength(2);
    expect(logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    fail();
    await clock.advance(BUCKET_READ_PAUSE_MS);
    expect(await buckets.of(device('1'))).toMatchObject({ version: '1' });
  });

  test('leaves what was read before it', async () => {
    const { buckets, fail } = reader();
    const first = await buckets.of(device('1'));
    fail(Promise.reject(new K4eError('STORE_UNAVAILABLE')));
    expect(await buckets.of(device('2'))).toBe(first);
  });

  test('holds a device up no longer than the limit', async () => {
    const { buckets, clock, fail } = reader();
    fail(new Promise(() => undefined));
    const told = buckets.of(device('1'));
    await clock.advance(BUCKET_READ_LIMIT_MS);
    expect(await told).toBeUndefined();
  });

  test.each([
    ['is not there', undefined],
    ['is not ours', { metadata: { namespace: 'default', name: 'k4e-storage-gate-7' }, data: DATA }],
    ['is damaged', { data: { ...DATA, BUCKET_PORT: encode('http') } }],
    ['is empty', {}],
  ])('because it %s', async (_why, secret) => {
    expect(await reader(() => secret).buckets.of(device('1'))).toBeUndefined();
  });
});

test('the largest bucket there can be fits into a configuration with all the workloads there can be', () => {
  const bucket = toWireBucket({
    endpoint: `https://${'h'.repeat(63)}.example:65535`,
    bucket: 'b'.repeat(63),
    region: 'r'.repeat(MAX_CREDENTIAL_BYTES),
    accessKeyId: 'i'.repeat(MAX_CREDENTIAL_BYTES),
    secretAccessKey: 'k'.repeat(MAX_CREDENTIAL_BYTES),
    sessionToken: 't'.repeat(MAX_SESSION_TOKEN_BYTES),
    caBundle: `-----BEGIN CERTIFICATE-----${'c'.repeat(MAX_CA_BUNDLE_BYTES - 27)}`,
  });
  const workloads = [{ name: 'web', specification: 'x'.repeat(MAX_WORKLOADS_BYTES) }];
  const content = withBucket({ device_id: 'd'.repeat(63), version: 'v', configuration: {}, workloads }, bucket);
  const message = createMessage({ type: 'data', content }, { nowMs: 0, id: 'm' });
  expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(MAX_BODY_BYTES);
});

test('whoever waits for a device whose Secret could not be read hears when it can be asked for again', async () => {
  const { buckets, clock, fail, told } = reader();
  fail(Promise.reject(new K4eError('STORE_UNAVAILABLE')));
  await buckets.of(device('1', 'first'));
  await clock.advance(1_000);
  for (let n = 0; n < 100; n++) await buckets.of(device('1', 'second'));
  expect(clock.pending()).toBe(1);
  await clock.advance(BUCKET_READ_PAUSE_MS - 1_001);
  expect(told).toEqual([]);
  await clock.advance(1);
  expect(told).toEqual(['default/first']);
  await clock.advance(1_000);
  expect([told, clock.pending()]).toEqual([['default/first', 'default/second'], 0]);
});
