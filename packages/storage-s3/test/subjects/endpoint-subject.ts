import type { AccessDefect, ObjectStoreSubject } from '@k4e/conformance';
import type { ErrorCode } from '@k4e/core';
import type { BucketAccess } from '@k4e/core/ports';
import { createOpenBucket } from '@k4e/storage-s3';
import { startS3Endpoint } from '@k4e/testbed/s3-endpoint';
import type { S3Endpoint, S3EndpointOptions, S3FaultKind } from '@k4e/testbed/s3-endpoint';

/** Fewer tries than usual, so that what fails is told sooner. */
export const PATIENCE = { maxAttempts: 2 } as const;

const BUCKET = 'files';
const FAULTS: ReadonlyMap<ErrorCode, S3FaultKind> = new Map([
  ['STORAGE_UNREACHABLE', 'reset'],
  ['STORAGE_THROTTLED', 'throttle'],
  ['STORAGE_FULL', 'full'],
  ['STORAGE_CLOCK_SKEW', 'skew'],
  ['STORAGE_CREDENTIALS', 'expired'],
  ['STORAGE_REFUSED', 'denied'],
  ['STORAGE_FAILED', 'html'],
]);

/** A bucket on an embedded endpoint of its own. */
export async function createEndpointSubject(options: S3EndpointOptions = {}): Promise<ObjectStoreSubject> {
  const credentials = { accessKeyId: 'user', secretAccessKey: 'secret-of-user' };
  const endpoint = await startS3Endpoint({ credentials, buckets: [BUCKET], ...options });
  const access: BucketAccess = { ...endpoint.access(BUCKET), region: 'ignore' };
  const open = createOpenBucket(PATIENCE);
  const bucket = endpoint.bucket(BUCKET);
  return {
    store: await open(access),
    reopen: () => open(access),
    openWith: (defect) => open({ ...access, ...defective(defect) }),
    contentOf: (key) => Promise.resolve(bucket.objects.get(key)?.bytes),
    unfinishedPuts: () => Promise.resolve(bucket.uploads.size),
    forgetUnfinishedPuts: () => Promise.resolve(bucket.uploads.clear()),
    receivedBytes: () => endpoint.receivedBytes(),
    fail: (code) => fail(endpoint, code),
    dispose: () => endpoint.stop(),
  };
}

function fail(endpoint: S3Endpoint, code: ErrorCode): Promise<() => Promise<void>> {
  const kind = FAULTS.get(code);
  if (kind === undefined) throw new Error(`no fault for ${code}`);
  endpoint.setFault({ kind });
  return Promise.resolve(() => Promise.resolve(endpoint.setFault(undefined)));
}

/** What is wrong about access that has that defect. */
export function defective(defect: AccessDefect): Partial<BucketAccess> {
  switch (defect) {
    case 'wrong secret':
      return { secretAccessKey: 'secret-of-nobody' };
    case 'unknown user':
      return { accessKeyId: 'nobody', secretAccessKey: 'secret-of-nobody' };
    case 'expired':
      return { sessionToken: 'token-of-yesterday' };
    case 'unknown bucket':
      return { bucket: 'nowhere' };
    case 'nobody there':
      return { endpoint: 'http://127.0.0.1:1' };
    case 'no right':
      throw new Error('has to be set up');
  }
}
