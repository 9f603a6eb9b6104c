import { PutObjectCommand } from '@aws-sdk/client-s3';
import { K4eError } from '@k4e/core';
import type { ObjectContent, StoredObject } from '@k4e/core/ports';
import { translateS3Error } from '../connection/index.ts';
import type { BucketClient } from './bucket-client.ts';
import { md5 } from './object-digest.ts';
import { readExactly } from './read-exactly.ts';
import { storedObject } from './stored-object.ts';

/** Puts content that fits into one request: read, confirmed, then sent. */
export async function putWhole(
  { client, bucket }: BucketClient,
  key: string,
  content: ObjectContent,
  signal: AbortSignal,
): Promise<StoredObject> {
  const { sizeBytes } = content;
  const body = await readExactly(content, 0, sizeBytes, { signal });
  await content.confirm({ signal });
  const digest = md5(body);
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: body,
    ContentLength: sizeBytes,
    ContentMD5: digest.toString('base64'),
  });
  const { ETag } = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
    throw translateS3Error(error, key);
  });
  if (ETag === undefined) throw notS3(key);
  return storedObject(key, sizeBytes, digest.toString('hex'), ETag);
}

/** The error for an answer that says "fine" and has nothing of S3 in it, such as a page to log in. */
export function notS3(subject: string): K4eError {
  return new K4eError('STORAGE_FAILED', { subject, message: 'what answers at the endpoint is not S3' });
}
