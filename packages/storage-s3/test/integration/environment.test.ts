import { createS3ObjectStore } from '@k4e/storage-s3';
import { startS3Endpoint } from '@k4e/testbed/s3-endpoint';
import { afterEach, expect, test } from 'vitest';
import { memoryContent } from '../subjects/index.ts';

const real = process.env;
afterEach(() => {
  process.env = real;
});

/** What of the environment may be read: nothing that decides where requests go, as whom, or how. */
const HARMLESS = new Set(['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'AWS_EXECUTION_ENV']);

test('nothing of AWS in the environment, in a profile or in a home directory is asked', async () => {
  const endpoint = await startS3Endpoint({ buckets: ['files'] });
  const asked = new Set<string>();
  process.env = new Proxy(real, {
    get: (env, name) => {
      asked.add(String(name));
      return typeof name === 'string' ? env[name] : undefined;
    },
  });
  const store = createS3ObjectStore(endpoint.access('files'));
  endpoint.setFault({ kind: 'throttle', times: 1 });
  await store.put('small', memoryContent(new Uint8Array(1_000)));
  await store.put('large', memoryContent(new Uint8Array(6_000_000)));
  await store.head('nothing');
  for await (const page of store.list('')) expect(page).toHaveLength(2);
  const ofAws = [...asked].filter((name) => /^AWS|^_X_AMZN|^HOME|^USERPROFILE/.test(name) && !HARMLESS.has(name));
  expect(ofAws).toEqual([]);
  store.close();
  await endpoint.stop();
});
