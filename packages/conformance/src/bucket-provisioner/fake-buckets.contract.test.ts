import { createFakeBuckets, createFakeClock } from '@k4e/core/testing';
import { describeBucketProvisionerContract } from './bucket-provisioner-contract.ts';
import type { BucketProvisionerSubject } from './bucket-provisioner-subject.ts';

async function createSubject(): Promise<BucketProvisionerSubject> {
  await Promise.resolve();
  const buckets = createFakeBuckets({ clock: createFakeClock(), lifeMs: 3_600_000 });
  return {
    buckets,
    reopen: async () => Promise.resolve(buckets),
    bucketNames: async () => Promise.resolve(buckets.names()),
    fail: async (code) => {
      await Promise.resolve(buckets.fail(code));
      return async () => Promise.resolve(buckets.fail());
    },
    dispose: async () => Promise.resolve(),
  };
}

describeBucketProvisionerContract('createFakeBuckets', { createSubject, faults: ['STORAGE_UNREACHABLE'] });
