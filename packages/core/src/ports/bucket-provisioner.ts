import type { ResourceRef } from '../resources/index.ts';
import type { CallOptions } from './call-options.ts';
import type { BucketAccess } from './object-store.ts';

/** Whose bucket it is, and what the device's spec says about it. */
export interface BucketRequest {
  /** The device: namespace and name. */
  readonly device: ResourceRef;
  /** Distinguishes the device from an earlier one of the same name. */
  readonly uid: string;
  /** ConfigMap and Secret in the device's namespace that tell the bucket (spec.storage.s3), where it names them. */
  readonly configMapName?: string;
  readonly secretName?: string;
  /** What the bucket is called, where somebody has decided on a name; else the provisioner does. */
  readonly bucketName?: string;
}

/** A bucket that a device may use. */
export interface ProvisionedBucket {
  readonly access: BucketAccess;
  /** When the credentials end, in milliseconds since 1970; absent: they do not. Ask again before. */
  readonly expiresAtMs?: number;
  /** The ObjectBucketClaim that it came from, if it did. */
  readonly claimName?: string;
}

/**
 * Gives each device a bucket.
 *
 * | call | outcome |
 * |---|---|
 * | `provision` | the bucket exists, and the credentials reach it. Idempotent: again gives the same bucket, and may give new credentials |
 * | `provision` while the bucket is being made elsewhere | rejects with `BUCKET_PENDING`: ask again |
 * | `provision` of what cannot be, until somebody changes something (no such kind, ConfigMap or Secret; a key missing) | rejects with `BUCKET_UNAVAILABLE` and the reason in words |
 * | `release` | the bucket and its files are gone, where the provisioner made them; what others made stays. Nothing there is fine |
 *
 * Also reject as the stores they use do (`STORE_UNAVAILABLE`, `STORAGE_...`).
 */
export interface BucketProvisioner {
  provision(request: BucketRequest, options?: CallOptions): Promise<ProvisionedBucket>;
  release(request: BucketRequest, options?: CallOptions): Promise<void>;
}
