import { describeObjectStoreContract } from '@k4e/conformance';
import { MIN_PART_BYTES } from '@k4e/storage-s3';
import { createEndpointSubject } from './subjects/index.ts';

const options = {
  partSizeBytes: MIN_PART_BYTES,
  defects: ['wrong secret', 'unknown user', 'expired', 'unknown bucket', 'nobody there'],
  faults: [
    'STORAGE_UNREACHABLE',
    'STORAGE_THROTTLED',
    'STORAGE_FULL',
    'STORAGE_CLOCK_SKEW',
    'STORAGE_CREDENTIALS',
    'STORAGE_REFUSED',
    'STORAGE_FAILED',
  ],
} as const;

describeObjectStoreContract('createS3ObjectStore on an embedded endpoint', {
  ...options,
  createSubject: () => createEndpointSubject(),
});

describeObjectStoreContract('createS3ObjectStore on an endpoint whose ETags are no digests', {
  ...options,
  defects: [],
  faults: [],
  tellsDigests: false,
  createSubject: () => createEndpointSubject({ isOpaque: true }),
});
