import { describe, expect, test } from 'vitest';
import type { BucketAccess } from '../../ports/index.ts';
import type { ConfigMapResource, SecretResource } from '../../resources/index.ts';
import { encodeEntries, readEntries, toCredentialEntries, toPlaceEntries } from './bucket-entries.ts';
import { MAX_CA_BUNDLE_BYTES, MAX_CREDENTIAL_BYTES, MAX_SESSION_TOKEN_BYTES, checkAccess } from './check-access.ts';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const PLACE = { BUCKET_HOST: 's3.example', BUCKET_NAME: 'files', BUCKET_PORT: '9000', BUCKET_REGION: 'eu-1' };
const KEYS = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'hunter2' };

function documents(place: Record<string, string>, keys: Record<string, string>, needsRegion = true) {
  const metadata = { namespace: 'default', name: 's3' };
  const configMap: ConfigMapResource = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: place };
  const secret: SecretResource = { apiVersion: 'v1', kind: 'Secret', metadata, data: encodeEntries(keys) };
  return { configMap, secret, needsRegion };
}

test('a bucket is read from the keys of ObjectBucketClaims', () => {
  expect(readEntries(documents(PLACE, KEYS))).toEqual({
    endpoint: 'https://s3.example:9000',
    bucket: 'files',
    region: 'eu-1',
    accessKeyId: 'id',
    secretAccessKey: 'hunter2',
  });
});

test.each<[string, string | undefined, string]>([
  ['9000', 'http', 'http://s3.example:9000'],
  ['80', undefined, 'http://s3.example:80'],
  ['80', 'https', 'https://s3.example:80'],
  ['443', '', 'https://s3.example:443'],
])('port %s with scheme %s is %s', (port, scheme, endpoint) => {
  const place = { ...PLACE, BUCKET_PORT: port, ...(scheme === undefined ? {} : { BUCKET_SCHEME: scheme }) };
  expect(readEntries(documents(place, KEYS)).endpoint).toBe(endpoint);
});

test('a line end after a key is no part of it, and a certificate stays as it is', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'id\n', AWS_SECRET_ACCESS_KEY: 'hunter2\n', AWS_SESSION_TOKEN: 'token\n' };
  expect(readEntries(documents(PLACE, { ...keys, 'tls.crt': CERTIFICATE }))).toMatchObject({
    accessKeyId: 'id',
    secretAccessKey: 'hunter2',
    sessionToken: 'token',
    caBundle: CERTIFICATE,
  });
});

test('every entry that is missing is named', () => {
  const { BUCKET_REGION: _region, ...place } = PLACE;
  expect(() => readEntries(documents({ ...place, BUCKET_HOST: ' ' }, { AWS_ACCESS_KEY_ID: 'id' }))).toThrow(
    'missing: BUCKET_HOST of ConfigMap s3, BUCKET_REGION of ConfigMap s3, AWS_SECRET_ACCESS_KEY of Secret s3',
  );
  expect(readEntries(documents(place, KEYS, false)).region).toBe('ignore');
});

test.each<[string, Record<string, string>, Record<string, string>]>([
  ['a port that is none', { BUCKET_PORT: 'http' }, {}],
  ['a port that is too high', { BUCKET_PORT: '65536' }, {}],
  ['a host with a path', { BUCKET_HOST: 's3.example/v1' }, {}],
  ['a host with a password', { BUCKET_HOST: 'me:hunter2@s3.example' }, {}],
  ['a scheme that is none', { BUCKET_SCHEME: 'ftp' }, {}],
  ['a certificate that is none', {}, { 'tls.crt': 'hunter2' }],
  ['a key that is too long', {}, { AWS_SECRET_ACCESS_KEY: 'hunter2'.repeat(500) }],
])('%s is refused, and no secret told', (_what, place, keys) => {
  const read = () => readEntries(documents({ ...PLACE, ...place }, { ...KEYS, ...keys }));
  expect(read).toThrow(expect.objectContaining({ code: 'BUCKET_UNAVAILABLE' }));
  expect(read).not.toThrow(/hunter2/);
});

describe('access as entries', () => {
  const access: BucketAccess = {
    endpoint: 'http://[::1]:9000',
    bucket: 'files',
    region: 'us-east-1',
    accessKeyId: 'id',
    secretAccessKey: 'hunter2',
    sessionToken: 'token',
    caBundle: CERTIFICATE,
  };

  test('reads as it was', () => {
    expect(readEntries(documents(toPlaceEntries(access), toCredentialEntries(access)))).toEqual(access);
  });

  test.each([
    ['https://s3.example', { BUCKET_HOST: 's3.example', BUCKET_PORT: '443', BUCKET_SCHEME: 'https' }],
    ['http://s3.example/', { BUCKET_HOST: 's3.example', BUCKET_PORT: '80', BUCKET_SCHEME: 'http' }],
    ['https://s3.example:443', { BUCKET_HOST: 's3.example', BUCKET_PORT: '443', BUCKET_SCHEME: 'https' }],
  ])('%s has host, port and scheme', (endpoint, entries) => {
    expect(toPlaceEntries({ ...access, endpoint })).toMatchObject(entries);
  });

  test('is as long as its limits, and no longer', () => {
    const longest: BucketAccess = {
      ...access,
      secretAccessKey: 'x'.repeat(MAX_CREDENTIAL_BYTES),
      sessionToken: 'x'.repeat(MAX_SESSION_TOKEN_BYTES),
      caBundle: CERTIFICATE.padEnd(MAX_CA_BUNDLE_BYTES, 'x'),
    };
    expect(() => checkAccess(longest)).not.toThrow();
    for (const member of ['secretAccessKey', 'sessionToken', 'caBundle'] as const)
      expect(() => checkAccess({ ...longest, [member]: `${longest[member] ?? ''}x` })).toThrow('is longer than');
  });
});
