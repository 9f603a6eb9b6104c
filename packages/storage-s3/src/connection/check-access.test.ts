import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { checkAccess } from './check-access.ts';

const CERTIFICATE = readFileSync(new URL('../../test/fixtures/ca.crt', import.meta.url), 'utf8');
const ACCESS = {
  endpoint: 'https://s3.example:9000',
  bucket: 'files',
  region: 'ignore',
  accessKeyId: 'user',
  secretAccessKey: 'the secret',
};

test.each([
  ['as it is', {}],
  ['plain HTTP', { endpoint: 'http://10.0.0.1' }],
  ['IPv6, and a slash at the end', { endpoint: 'https://[::1]:9000/' }],
  ['no region', { region: '' }],
  ['two certificates, with words around them', { caBundle: `# ours\n${CERTIFICATE}\nand\n${CERTIFICATE}` }],
  ['a bucket of OpenShift', { bucket: 'device-1-0f4a9c2e-7d64-4a2b-9a6c-3f1f2f1c9a10' }],
])('access that can work is fine: %s', (_what, change) => {
  expect(() => checkAccess({ ...ACCESS, ...change })).not.toThrow();
});

test.each([
  ['endpoint', { endpoint: 'the secret host' }],
  ['endpoint', { endpoint: 's3.example:9000' }],
  ['endpoint', { endpoint: 'ftp://s3.example' }],
  ['endpoint', { endpoint: 'https://user:the secret@s3.example' }],
  ['endpoint', { endpoint: 'https://s3.example/path' }],
  ['endpoint', { endpoint: 'https://s3.example/?query' }],
  ['bucket', { bucket: '' }],
  ['bucket', { bucket: 'a/b' }],
  ['bucket', { bucket: '..' }],
  ['bucket', { bucket: 'arn:aws:s3:::files' }],
  ['accessKeyId', { accessKeyId: '' }],
  ['secretAccessKey', { secretAccessKey: '' }],
  ['region', { region: 'eu west' }],
  ['caBundle', { caBundle: '' }],
  ['caBundle', { caBundle: '-----BEGIN CERTIFICATE-----\nthe secret\n-----END CERTIFICATE-----' }],
])('access that cannot work is INVALID_INPUT, which names the field and quotes nothing: %s %o', (subject, change) => {
  let thrown: unknown;
  try {
    checkAccess({ ...ACCESS, ...change });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: 'INVALID_INPUT', retry: 'never', subject });
  expect(inspect(thrown, { showHidden: true })).not.toContain('the secret');
});
