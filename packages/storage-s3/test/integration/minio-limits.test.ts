import { randomBytes } from 'node:crypto';
import { createS3ObjectStore } from '@k4e/storage-s3';
import { startMinio } from '@k4e/testbed';
import type { Minio } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryContent } from '../subjects/index.ts';

const QUOTA_BYTES = 100_000;

await describeWithPart('minio', 'a MinIO in trouble', () => {
  let minio: Minio;
  beforeAll(async () => {
    minio = await startMinio();
  });
  afterAll(() => minio.stop());

  test('a bucket that has reached its quota is STORAGE_FULL', async () => {
    await minio.makeBucket('small');
    await minio.setQuota('small', QUOTA_BYTES);
    const store = createS3ObjectStore(minio.access('small'));
    const file = memoryContent(randomBytes(QUOTA_BYTES + 1));
    await expect(store.put('file', file)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(await store.head('file')).toBeUndefined();
    store.close();
  });

  test('one that is frozen, or was killed, is STORAGE_UNREACHABLE, and serves again after it', async () => {
    await minio.makeBucket('files');
    const store = createS3ObjectStore(minio.access('files'), { idleTimeoutMs: 500 });
    const patient = createS3ObjectStore(minio.access('files'));
    await patient.put('before', memoryContent(randomBytes(1_000)));
    const large = memoryContent(randomBytes(6_000_000));
    await minio.pause();
    await expect(store.put('file', large)).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' });
    await minio.resume();
    await minio.kill();
    await expect(store.put('file', large)).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' });
    await minio.restart();
    await patient.put('file', large);
    expect(await patient.head('file')).toMatchObject({ digest: await patient.digestOf(large) });
    expect(await patient.head('before')).toMatchObject({ sizeBytes: 1_000 });
    store.close();
    patient.close();
  });
});
