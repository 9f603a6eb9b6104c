import { K4eError, hasCode } from '../../foundation/index.ts';
import type { ObjectContent, PutOptions } from '../../ports/index.ts';
import { cut } from './memory-bucket.ts';
import type { MemoryBucket, UnfinishedPut } from './memory-bucket.ts';

/** What a put asks before each thing that it does: throws for what is to fail. */
export type Gate = (options: { readonly signal?: AbortSignal }) => Promise<void>;

/** Puts content as a store does: whole when it is small, else part by part, each of which stays when the put is cut off. */
export async function putInMemory(
  bucket: MemoryBucket,
  key: string,
  content: ObjectContent,
  options: PutOptions,
  gate: Gate,
): Promise<Uint8Array> {
  await gate(options);
  return content.sizeBytes <= bucket.partSizeBytes
    ? putWhole(bucket, key, content, options, gate)
    : putParts(bucket, key, content, options, gate);
}

async function putWhole(
  bucket: MemoryBucket,
  key: string,
  content: ObjectContent,
  options: PutOptions,
  gate: Gate,
): Promise<Uint8Array> {
  const bytes = await readCopy(content, 0, content.sizeBytes, options);
  await content.confirm(callOf(options));
  await gate(options);
  bucket.receivedBytes += bytes.byteLength;
  bucket.objects.set(key, bytes);
  return bytes;
}

async function putParts(
  bucket: MemoryBucket,
  key: string,
  content: ObjectContent,
  options: PutOptions,
  gate: Gate,
): Promise<Uint8Array> {
  const [resume, put] = resumed(bucket, key, options.resume) ?? (await begun(bucket, key, options));
  try {
    for (const [index, { offset, lengthBytes }] of cut(content.sizeBytes, bucket.partSizeBytes).entries()) {
      const part = await readCopy(content, offset, lengthBytes, options);
      await gate(options);
      if (isSame(put.parts.get(index), part)) continue;
      bucket.receivedBytes += part.byteLength;
      put.parts.set(index, part);
    }
    await content.confirm(callOf(options));
  } catch (error) {
    if (hasCode(error, 'UPLOAD_SOURCE_CHANGED')) bucket.unfinished.delete(resume);
    throw error;
  }
  await gate(options);
  if (!bucket.unfinished.delete(resume)) throw new K4eError('STORAGE_FAILED', { subject: key });
  const count = cut(content.sizeBytes, bucket.partSizeBytes).length;
  const parts = Array.from({ length: count }, (_, index) => put.parts.get(index) ?? new Uint8Array(0));
  const bytes = Uint8Array.from(Buffer.concat(parts));
  bucket.objects.set(key, bytes);
  return bytes;
}

async function readCopy(
  content: ObjectContent,
  offset: number,
  lengthBytes: number,
  options: PutOptions,
): Promise<Uint8Array> {
  const bytes = await content.read(offset, lengthBytes, callOf(options));
  const copy = Uint8Array.from(bytes);
  content.release?.(bytes);
  return copy;
}

type Unfinished = readonly [resume: string, put: UnfinishedPut];

function resumed(bucket: MemoryBucket, key: string, resume: string | undefined): Unfinished | undefined {
  const put = resume === undefined ? undefined : bucket.unfinished.get(resume);
  return resume === undefined || put?.key !== key ? undefined : [resume, put];
}

async function begun(bucket: MemoryBucket, key: string, { onBegun }: PutOptions): Promise<Unfinished> {
  bucket.begunCount += 1;
  const resume = `put-${String(bucket.begunCount)}`;
  const put: UnfinishedPut = { key, parts: new Map() };
  bucket.unfinished.set(resume, put);
  try {
    await onBegun?.(resume);
  } catch (error) {
    bucket.unfinished.delete(resume);
    throw error;
  }
  return [resume, put];
}

function isSame(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && Buffer.compare(one, other) === 0;
}

function callOf({ signal }: PutOptions): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
