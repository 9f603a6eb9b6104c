import { createHash } from 'node:crypto';
import type { BucketRequest } from '@k4e/core/ports';

/** Longest name of a bucket (wire), in characters. */
export const MAX_BUCKET_NAME_LENGTH = 63;

const PREFIX = 'k4e-';
const DIGEST_LENGTH = 12;

/**
 * The bucket of a device, where nobody has decided on a name: `k4e-<namespace>-<name>-<digest>`, shortened in the middle
 * where that is too long. The digest tells devices apart whose names are shortened to the same, and a device from an earlier
 * one of its name.
 */
export function bucketNameOf(request: BucketRequest): string {
  const { namespace, name } = request.device;
  const suffix = `-${ownerOf(request).slice(0, DIGEST_LENGTH)}`;
  const words = `${namespace}-${name}`.toLowerCase().replace(/[^a-z0-9-]/g, '-');
  const kept = words.slice(0, MAX_BUCKET_NAME_LENGTH - PREFIX.length - suffix.length);
  return `${PREFIX}${kept.replace(/-+$/, '')}${suffix}`;
}

/** What the bucket of a device is marked with: a digest of its namespace, name and uid. */
export function ownerOf({ device, uid }: BucketRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([device.namespace, device.name, uid]))
    .digest('hex');
}
