import { PutObjectCommand } from '@aws-sdk/client-s3';
import { K4eError } from '@k4e/core';
import type { ObjectContent, StoredObject } from '@k4e/core/ports';
import { isTimeout, translateS3Error } from '../connection/index.ts';
import type { BucketClient } from './bucket-client.ts';
import { md5 } from './object-digest.ts';
import { putDirectly } from './put-directly.ts';
import type { DirectPut } from './put-directly.ts';
import { readExactly } from './read-exactly.ts';
import { storedObject } from './stored-object.ts';

/** Puts content that fits into one request: read, confirmed, then sent. */
export async function putWhole(
  at: BucketClient,
  key: string,
  content: ObjectContent,
  signal: AbortSignal,
): Promise<StoredObject> {
  const { sizeBytes } = content;
  const body = await readExactly(content, 0, sizeBytes, { signal });
  await content.confirm({ signal });
  const digest = md5(body);
  const put = { bucket: at.bucket, key, bytes: body, digest };
  const direct = putDirectly(at, put, signal).catch((error: unknown) => {
    if (isTimeout(error)) throw translateS3Error(error, key);
    return undefined;
  });
  const etag = (await direct) ?? (await putBySdk(at, put, signal));
  content.release?.(body);
  return storedObject(key, sizeBytes, digest.toString('hex'), etag);
}

// Tries again, knows what the answers mean, and follows the store's clock.
async function putBySdk({ client }: BucketClient, put: DirectPut, abortSignal: AbortSignal): Promise<string> {
  const { bucket, key, bytes, digest } = put;
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: bytes,
    ContentLength: bytes.byteLength,
    ContentMD5: digest.toString('base64'),
  });
  const { ETag } = await client.send(command, { abortSignal }).catch((error: unknown) => {
    throw translateS3Error(error, key);
  });
  if (ETag === undefined) throw notS3(key);
  return ETag;
}

/** The error for an answer that says "fine" and has nothing of S3 in it, such as a page to log in. */
export function notS3(subject: string): K4eError {
  return new K4eError('STORAGE_FAILED', { subject, message: 'what answers at the endpoint is not S3' });
}
