import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { StoredObject } from '@k4e/core/ports';
import { isS3Error, translateS3Error } from '../connection/index.ts';
import type { BucketClient } from './bucket-client.ts';
import { digestOfEtag } from './object-digest.ts';
import { notS3 } from './put-whole.ts';

/** What the store knows of an object; `undefined` when there is none. */
export async function headObject(
  at: BucketClient,
  key: string,
  signal: AbortSignal,
): Promise<StoredObject | undefined> {
  const call = at.client.send(new HeadObjectCommand({ Bucket: at.bucket, Key: key }), { abortSignal: signal });
  const answer = await call.catch(async (error: unknown) => {
    await explain(at, key, error, signal);
    if (isS3Error(error, 'NotFound') || isS3Error(error, 'NoSuchKey')) return undefined;
    throw translateS3Error(error, key);
  });
  if (answer === undefined) return undefined;
  if (answer.ETag === undefined || answer.ContentLength === undefined) throw notS3(key);
  const digest = digestOfEtag(answer.ETag);
  return { key, sizeBytes: answer.ContentLength, ...(digest === undefined ? {} : { digest }) };
}

const WORDLESS_STATUS: ReadonlySet<unknown> = new Set([400, 401, 403, 404]);

// The answer to HEAD has no body, so it does not say whether the key or the bucket is missing, nor what is wrong with the
// credentials: a listing of that one key says it.
async function explain(at: BucketClient, key: string, error: unknown, signal: AbortSignal): Promise<void> {
  const metadata = error instanceof Error && '$metadata' in error ? error.$metadata : undefined;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata ? metadata.httpStatusCode : 0;
  if (!WORDLESS_STATUS.has(status)) return;
  const command = new ListObjectsV2Command({ Bucket: at.bucket, Prefix: key, MaxKeys: 1 });
  await at.client.send(command, { abortSignal: signal }).catch((cause: unknown) => {
    throw translateS3Error(cause, key);
  });
}
