import { createHash, randomUUID } from 'node:crypto';

import { S3Error } from './s3-error.ts';

/** An object, or a part of one. */
export interface StoredBytes {
  readonly bytes: Buffer;
  /** In quotes (wire). */
  readonly etag: string;
  readonly modifiedAtMs: number;
}

/** An object that is sent in parts and not complete. */
export interface UnfinishedUpload {
  readonly key: string;
  readonly parts: Map<number, StoredBytes>;
}

/** What is in one bucket. */
export interface BucketContents {
  readonly objects: Map<string, StoredBytes>;
  readonly uploads: Map<string, UnfinishedUpload>;
  readonly tags: Map<string, string>;
}

/** Smallest part that is not the last (wire). */
const MIN_PART_BYTES = 5 * 1024 * 1024;

/** A bucket with nothing in it. */
export function emptyBucket(): BucketContents {
  return { objects: new Map(), uploads: new Map(), tags: new Map() };
}

/** How many bytes a bucket holds, parts of what is unfinished too. */
export function sizeOf({ objects, uploads }: BucketContents): number {
  const parts = [...uploads.values()].flatMap((upload) => [...upload.parts.values()]);
  return [...objects.values(), ...parts].reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** What is stored of a body. `isOpaque`: its ETag is no MD5, as under encryption with a managed key. */
export function stored(bytes: Buffer, nowMs: number, isOpaque: boolean): StoredBytes {
  const etag = isOpaque ? randomUUID().replaceAll('-', '') : md5(bytes).toString('hex');
  return { bytes, etag: `"${etag}"`, modifiedAtMs: nowMs };
}

/** Puts the parts together that the client names by number and ETag. Throws `S3Error` for those that S3 refuses. */
export function assembled(
  upload: UnfinishedUpload,
  named: readonly { readonly number: number; readonly etag: string }[],
  nowMs: number,
): StoredBytes {
  const parts = named.map(({ number, etag }) => {
    const part = upload.parts.get(number);
    if (part?.etag.replaceAll('"', '') !== etag.replaceAll('"', '')) throw new S3Error('InvalidPart');
    return part;
  });
  const isAscending = named.every(({ number }, index) => number > (named[index - 1]?.number ?? 0));
  if (parts.length === 0 || !isAscending) throw new S3Error('InvalidPart');
  if (parts.slice(0, -1).some(({ bytes }) => bytes.length < MIN_PART_BYTES)) throw new S3Error('EntityTooSmall');
  const digests = parts.map(({ etag }) => Buffer.from(etag.replaceAll('"', ''), 'hex'));
  const etag = `"${md5(Buffer.concat(digests)).toString('hex')}-${String(parts.length)}"`;
  return { bytes: Buffer.concat(parts.map(({ bytes }) => bytes)), etag, modifiedAtMs: nowMs };
}

/** The keys of a bucket in the order in which S3 lists them: by their bytes in UTF-8. */
export function sortedKeys({ objects }: BucketContents): readonly string[] {
  return [...objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** The digest that ETags and Content-MD5 are made of. */
export function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}
