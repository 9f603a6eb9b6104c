import { describeObjectStoreContract } from '@k4e/conformance';
import { MIN_PART_BYTES } from '@k4e/storage-s3';
import { startMinio } from '@k4e/testbed';
import type { Minio } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll } from 'vitest';
import { createMinioSubject } from './subjects/index.ts';

await describeWithPart('minio', 'a real MinIO', () => {
  let minio: Minio;
  beforeAll(async () => {
    minio = await startMinio();
  });
  afterAll(() => minio.stop());

  describeObjectStoreContract('createS3ObjectStore on MinIO', {
    createSubject: () => createMinioSubject(minio),
    partSizeBytes: MIN_PART_BYTES,
    defects: ['wrong secret', 'unknown user', 'expired', 'unknown bucket', 'nobody there'],
    faults: ['STORAGE_UNREACHABLE'],
    refusedKeys: ['a//b'],
  });
});
