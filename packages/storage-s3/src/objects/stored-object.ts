import type { StoredObject } from '@k4e/core/ports';
import { digestOfEtag } from './object-digest.ts';

/**
 * What was stored. A store whose ETags are no MD5s (encryption with a managed key) tells another digest than ours, though it
 * has verified the bytes: then there is none.
 */
export function storedObject(key: string, sizeBytes: number, digest: string, etag: string): StoredObject {
  return digestOfEtag(etag) === digest ? { key, sizeBytes, digest } : { key, sizeBytes };
}
