import type { BucketProvisioner } from '../../ports/index.ts';
import { NOOBAA_STORAGE_CLASS } from '../buckets/index.ts';

/** What happens to a bucket that was made for a device when the device is deleted: it is kept, or deleted with its files. */
export type ReclaimPolicy = 'Retain' | 'Delete';

/** What an operator's administrator decides about buckets. */
export interface StorageSettings {
  /** Where the bucket of a device comes from whose spec does not say. */
  readonly default: 'none' | 'claim' | 'direct';
  /** For devices whose spec does not say. */
  readonly reclaimPolicy: ReclaimPolicy;
  /** Storage class of the ObjectBucketClaims that are made for devices. */
  readonly claimStorageClass: string;
  /** Whether k4e itself makes the buckets of claims, and of which storage class. Needs `DirectBuckets`. */
  readonly claimProvisioner?: { readonly storageClassName: string };
}

/** Settings of an operator that was told nothing: only devices whose spec asks for one have a bucket. */
export const NO_STORAGE: StorageSettings = {
  default: 'none',
  reclaimPolicy: 'Retain',
  claimStorageClass: NOOBAA_STORAGE_CLASS,
};

/** An S3 endpoint on which the operator makes buckets itself. */
export interface DirectBuckets {
  readonly buckets: BucketProvisioner;
  /** Which endpoint that is, in words: when it changes, every device gets a new bucket there. */
  readonly description: string;
}
