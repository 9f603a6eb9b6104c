/**
 * The contract of a `BucketProvisioner` that makes buckets itself: each device has one, nobody else can reach it, and what
 * others made is left alone. Those that only tell of buckets that others make have their own tests.
 */
export { describeBucketProvisionerContract } from './bucket-provisioner-contract.ts';
export type {
  BucketProvisionerContractOptions,
  BucketProvisionerSubject,
  RealBuckets,
} from './bucket-provisioner-subject.ts';
