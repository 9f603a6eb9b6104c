import { createS3ObjectStore } from '@k4e/storage-s3';
import { startS3Endpoint } from '@k4e/testbed/s3-endpoint';
import { expect, test } from 'vitest';
import { environmentAsked, memoryContent } from '../subjects/index.ts';

test('nothing of AWS in the environment, in a profile or in a home directory is asked', async () => {
  const endpoint = await startS3Endpoint({ buckets: ['files'] });
  const asked = await environmentAsked(async () => {
    const store = createS3ObjectStore(endpoint.access('files'));
    endpoint.setFault({ kind: 'throttle', times: 1 });
    await store.put('small', memoryContent(new Uint8Array(1_000)));
    await store.put('large', memoryContent(new Uint8Array(6_000_000)));
    await store.head('nothing');
    for await (const page of store.list('')) expect(page).toHaveLength(2);
    store.close();
  });
  expect(asked).toEqual([]);
  await endpoint.stop();
});
