import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type { StoredObject } from '@k4e/core/ports';
import { translateS3Error } from '../connection/index.ts';
import type { BucketClient } from './bucket-client.ts';
import { digestOfEtag } from './object-digest.ts';
import { notS3 } from './put-whole.ts';

/** A page of a listing, and where the next one begins. */
export interface ListedPage {
  readonly objects: readonly StoredObject[];
  /** Absent after the last page. */
  readonly next?: string;
}

/** The page of the listing of `prefix` that begins at `from`, or the first. */
export async function listPage(
  { client, bucket }: Pick<BucketClient, 'client' | 'bucket'>,
  prefix: string,
  from: string | undefined,
  signal: AbortSignal,
): Promise<ListedPage> {
  const command = new ListObjectsV2Command({
    Bucket: bucket,
    Prefix: prefix,
    // XML cannot hold every key.
    EncodingType: 'url',
    ...(from === undefined ? {} : { ContinuationToken: from }),
  });
  const page = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
    throw translateS3Error(error, bucket);
  });
  if (page.IsTruncated === undefined) throw notS3(bucket);
  const next = page.IsTruncated ? page.NextContinuationToken : undefined;
  if (page.IsTruncated && (next === undefined || next === from)) throw notS3(bucket);
  return { objects: objectsOf(page), ...(next === undefined ? {} : { next }) };
}

function objectsOf({ Contents = [], EncodingType, Name = '' }: ListObjectsV2CommandOutput): readonly StoredObject[] {
  return Contents.map(({ Key = '', Size = 0, ETag }) => {
    const digest = digestOfEtag(ETag);
    const key = EncodingType === 'url' ? decodedKey(Key, Name) : Key;
    return { key, sizeBytes: Size, ...(digest === undefined ? {} : { digest }) };
  });
}

// Wire: percent-encoded UTF-8, with `+` for a space.
function decodedKey(text: string, bucket: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw notS3(bucket);
  }
}
