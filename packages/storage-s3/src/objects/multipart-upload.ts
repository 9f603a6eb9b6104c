import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { isS3Error, translateS3Error } from '../connection/index.ts';
import type { BucketClient } from './bucket-client.ts';
import { MAX_PARTS } from './part-layout.ts';
import { notS3 } from './put-whole.ts';

/** One unfinished upload of S3. */
export interface MultipartUpload {
  readonly key: string;
  readonly uploadId: string;
}

/** A part that the store has. */
export interface StoredPart {
  readonly etag: string;
  readonly sizeBytes: number;
}

/** Begins an upload. */
export async function beginUpload(at: BucketClient, key: string, signal: AbortSignal): Promise<MultipartUpload> {
  const command = new CreateMultipartUploadCommand({ Bucket: at.bucket, Key: key });
  const { UploadId } = await translated(key, at.client.send(command, { abortSignal: signal }));
  if (UploadId === undefined) throw notS3(key);
  return { key, uploadId: UploadId };
}

/** The parts that the store has, by number; `undefined` when it does not know the upload. */
export async function storedParts(
  at: BucketClient,
  { key, uploadId }: MultipartUpload,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, StoredPart> | undefined> {
  const parts = new Map<number, StoredPart>();
  let marker: string | undefined;
  do {
    const input = { Bucket: at.bucket, Key: key, UploadId: uploadId, ...(marker && { PartNumberMarker: marker }) };
    const call = at.client.send(new ListPartsCommand(input), { abortSignal: signal });
    const page = await translated(key, call, 'NoSuchUpload');
    if (page === undefined) return undefined;
    for (const { PartNumber = 0, ETag = '', Size = 0 } of page.Parts ?? []) {
      parts.set(PartNumber, { etag: ETag, sizeBytes: Size });
    }
    marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
  } while (marker !== undefined && parts.size < MAX_PARTS);
  return parts;
}

/** Sends a part, whose bytes the store checks against `digest`, their MD5. Resolves with its ETag. */
export async function sendPart(
  at: BucketClient,
  { key, uploadId }: MultipartUpload,
  part: { readonly number: number; readonly bytes: Uint8Array; readonly digest: Buffer },
  signal: AbortSignal,
): Promise<string> {
  const command = new UploadPartCommand({
    Bucket: at.bucket,
    Key: key,
    UploadId: uploadId,
    PartNumber: part.number,
    Body: part.bytes,
    ContentLength: part.bytes.byteLength,
    ContentMD5: part.digest.toString('base64'),
  });
  const { ETag } = await translated(key, at.client.send(command, { abortSignal: signal }));
  if (ETag === undefined) throw notS3(key);
  return ETag;
}

/** Makes the object of its parts, in their order. Resolves with its ETag; `undefined` when the store does not know the upload. */
export async function completeUpload(
  at: BucketClient,
  { key, uploadId }: MultipartUpload,
  etags: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const parts = etags.map((etag, index) => ({ PartNumber: index + 1, ETag: etag }));
  const input = { Bucket: at.bucket, Key: key, UploadId: uploadId, MultipartUpload: { Parts: parts } };
  const call = at.client.send(new CompleteMultipartUploadCommand(input), { abortSignal: signal });
  const answer = await translated(key, call, 'NoSuchUpload');
  if (answer !== undefined && answer.ETag === undefined) throw notS3(key);
  return answer?.ETag;
}

/** Removes what was sent. An upload that the store does not know is fine. */
export async function abortUpload(
  at: BucketClient,
  { key, uploadId }: MultipartUpload,
  signal?: AbortSignal,
): Promise<void> {
  const command = new AbortMultipartUploadCommand({ Bucket: at.bucket, Key: key, UploadId: uploadId });
  const options = signal === undefined ? {} : { abortSignal: signal };
  await translated(key, at.client.send(command, options), 'NoSuchUpload');
}

async function translated<T>(key: string, call: Promise<T>): Promise<T>;
async function translated<T>(key: string, call: Promise<T>, absence: string): Promise<T | undefined>;
async function translated<T>(key: string, call: Promise<T>, absence?: string): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (absence !== undefined && isS3Error(error, absence)) return undefined;
    throw translateS3Error(error, key);
  }
}
