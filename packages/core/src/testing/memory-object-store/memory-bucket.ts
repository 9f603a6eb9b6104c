import { createHash } from 'node:crypto';

/** An object that is sent in parts and not complete. */
export interface UnfinishedPut {
  readonly key: string;
  /** By the number of the part, from 0. */
  readonly parts: Map<number, Uint8Array>;
}

/** What is in a bucket in memory, for all stores that are open on it. */
export interface MemoryBucket {
  readonly objects: Map<string, Uint8Array>;
  /** By the text that resumes it. */
  readonly unfinished: Map<string, UnfinishedPut>;
  readonly partSizeBytes: number;
  readonly pageSize: number;
  receivedBytes: number;
  begunCount: number;
}

/** The digest of an object: as S3 has it, so that it tells how the object was sent too. */
export function digestOf(bytes: Uint8Array, partSizeBytes: number): string {
  if (bytes.byteLength <= partSizeBytes) return md5(bytes).toString('hex');
  const parts = cut(bytes.byteLength, partSizeBytes).map(({ offset, lengthBytes }) =>
    md5(bytes.subarray(offset, offset + lengthBytes)),
  );
  return `${md5(Buffer.concat(parts)).toString('hex')}-${String(parts.length)}`;
}

/** Where the parts of an object of that size are; one that is sent whole has one. */
export function cut(
  sizeBytes: number,
  partSizeBytes: number,
): readonly { readonly offset: number; readonly lengthBytes: number }[] {
  return Array.from({ length: Math.max(1, Math.ceil(sizeBytes / partSizeBytes)) }, (_, index) => ({
    offset: index * partSizeBytes,
    lengthBytes: Math.min(partSizeBytes, sizeBytes - index * partSizeBytes),
  }));
}

/** The keys that begin with a prefix, in the order of their bytes. */
export function keysWith(prefix: string, bucket: MemoryBucket): readonly string[] {
  const keys = [...bucket.objects.keys()].filter((key) => key.startsWith(prefix));
  return keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function md5(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest();
}
