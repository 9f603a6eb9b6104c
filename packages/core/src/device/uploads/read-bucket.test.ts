import { describe, expect, test } from 'vitest';
import { bucketIdentity, readBucket } from './read-bucket.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const received = {
  bucket_host: 's3.example',
  bucket_port: 443,
  bucket_name: 'device-1',
  bucket_region: 'ignore',
  aws_access_key_id: base64('AKIA'),
  aws_secret_access_key: base64('hunter2'),
  aws_ca_bundle: base64('-----BEGIN CERTIFICATE-----'),
  aws_session_token: undefined,
  bucket_scheme: undefined,
};

test('what upstream sends', () => {
  expect(readBucket(received)).toEqual({
    kind: 'bucket',
    access: {
      endpoint: 'https://s3.example',
      bucket: 'device-1',
      region: 'ignore',
      accessKeyId: 'AKIA',
      secretAccessKey: 'hunter2',
      caBundle: '-----BEGIN CERTIFICATE-----',
    },
  });
});

test('what k4e sends besides', () => {
  const more = { ...received, bucket_scheme: 'http', bucket_port: 9000, aws_session_token: base64('token') };
  expect(readBucket(more)).toMatchObject({
    access: { endpoint: 'http://s3.example:9000', sessionToken: 'token' },
  });
});

test('no bucket is no problem', () => {
  expect(readBucket(undefined)).toEqual({ kind: 'none' });
});

test('what may be left out', () => {
  const { bucket_host, bucket_name, aws_access_key_id, aws_secret_access_key } = received;
  const none = { bucket_port: undefined, bucket_region: '', aws_ca_bundle: '', aws_session_token: '' };
  const least = { bucket_host, bucket_name, aws_access_key_id, aws_secret_access_key, bucket_scheme: '', ...none };
  expect(readBucket(least)).toEqual({
    kind: 'bucket',
    access: {
      endpoint: 'https://s3.example',
      bucket: 'device-1',
      region: 'ignore',
      accessKeyId: 'AKIA',
      secretAccessKey: 'hunter2',
    },
  });
});

test('space at the ends of a secret goes', () => {
  expect(readBucket({ ...received, aws_secret_access_key: base64('hunter2\n') })).toMatchObject({
    access: { secretAccessKey: 'hunter2' },
  });
});

test('an address of IPv6', () => {
  expect(readBucket({ ...received, bucket_host: 'fd00::1', bucket_port: 9000 })).toMatchObject({
    access: { endpoint: 'https://[fd00::1]:9000' },
  });
});

describe('a problem in words, without the secret', () => {
  test.each([
    [{ bucket_host: undefined }, 'bucket_host is missing'],
    [{ bucket_host: ' ' }, 'bucket_host is missing'],
    [{ bucket_host: 'a/b' }, 'bucket_host and bucket_port are no host and port'],
    [{ bucket_host: 'user@a' }, 'bucket_host and bucket_port are no host and port'],
    [{ bucket_host: 'a b' }, 'bucket_host and bucket_port are no host and port'],
    [{ bucket_port: 70_000 }, 'bucket_host and bucket_port are no host and port'],
    [{ bucket_port: -1 }, 'bucket_host and bucket_port are no host and port'],
    [{ bucket_name: '' }, 'bucket_name is missing'],
    [{ bucket_scheme: 'ftp' }, 'bucket_scheme is neither https nor http'],
    [{ aws_access_key_id: undefined }, 'aws_access_key_id is missing'],
    [{ aws_secret_access_key: 'hunter2!' }, 'aws_secret_access_key is not base64'],
    [{ aws_secret_access_key: base64(' ') }, 'aws_secret_access_key is missing'],
  ])('%j', (change, problem) => {
    expect(readBucket({ ...received, ...change })).toEqual({ kind: 'problem', problem });
  });
});

test('new credentials leave the bucket what it was', () => {
  const identity = (change: object): string | undefined => {
    const reading = readBucket({ ...received, ...change });
    return reading.kind === 'bucket' ? bucketIdentity(reading.access) : undefined;
  };
  expect(identity({ aws_secret_access_key: base64('other') })).toBe(identity({}));
  expect(identity({ bucket_name: 'other' })).not.toBe(identity({}));
  expect(identity({ bucket_port: 8443 })).not.toBe(identity({}));
});
