import { K4eError, hasCode } from '@k4e/core';
import type { ObjectContent, PutOptions, StoredObject } from '@k4e/core/ports';
import type { BucketClient } from './bucket-client.ts';
import { headObject } from './head-object.ts';
import { abortUpload, beginUpload, completeUpload, storedParts } from './multipart-upload.ts';
import type { MultipartUpload, StoredPart } from './multipart-upload.ts';
import { digestOfParts } from './object-digest.ts';
import { partLayout } from './part-layout.ts';
import { readResume, resumeText } from './resume-text.ts';
import { sendParts } from './send-parts.ts';
import { storedObject } from './stored-object.ts';

/** How long parts that are of no use any more may take to be removed, in milliseconds. */
const CLEAN_UP_TIMEOUT_MS = 10_000;

/** Puts content in parts: begins, or goes on with what `resume` tells; sends what is missing, confirms, completes. */
export async function putParts(
  at: BucketClient,
  key: string,
  content: ObjectContent,
  options: Omit<PutOptions, 'signal'>,
  signal: AbortSignal,
): Promise<StoredObject> {
  const { upload, present } =
    (await resumed(at, key, content, options.resume, signal)) ?? (await begun(at, key, content, options, signal));
  try {
    const { etags, digests } = await sendParts(at, upload, content, present, signal);
    await content.confirm({ signal });
    const digest = digestOfParts(digests);
    const etag = await completeUpload(at, upload, etags, signal);
    if (etag !== undefined) return storedObject(key, content.sizeBytes, digest, etag);
    return await completedBefore(at, key, digest, signal);
  } catch (error) {
    if (hasCode(error, 'UPLOAD_SOURCE_CHANGED')) await discard(at, upload);
    throw error;
  }
}

interface Unfinished {
  readonly upload: MultipartUpload;
  readonly present: ReadonlyMap<number, StoredPart>;
}

async function resumed(
  at: BucketClient,
  key: string,
  content: ObjectContent,
  text: string | undefined,
  signal: AbortSignal,
): Promise<Unfinished | undefined> {
  const resume = text === undefined ? undefined : readResume(text);
  if (resume === undefined) return undefined;
  const upload = { key, uploadId: resume.uploadId };
  if (resume.partSizeBytes !== partLayout(content.sizeBytes).partSizeBytes) {
    await discard(at, upload);
    return undefined;
  }
  const present = await storedParts(at, upload, signal);
  return present === undefined ? undefined : { upload, present };
}

async function begun(
  at: BucketClient,
  key: string,
  content: ObjectContent,
  { onBegun }: PutOptions,
  signal: AbortSignal,
): Promise<Unfinished> {
  const upload = await beginUpload(at, key, signal);
  const { partSizeBytes } = partLayout(content.sizeBytes);
  try {
    await onBegun?.(resumeText({ uploadId: upload.uploadId, partSizeBytes }));
  } catch (error) {
    await discard(at, upload);
    throw error;
  }
  return { upload, present: new Map() };
}

// The answer to a request that completed the upload may have got lost: the try after it finds no upload, and the object.
async function completedBefore(
  at: BucketClient,
  key: string,
  digest: string,
  signal: AbortSignal,
): Promise<StoredObject> {
  const object = await headObject(at, key, signal);
  if (object?.digest === digest) return object;
  throw new K4eError('STORAGE_FAILED', { subject: key, message: 'the object store has lost the parts of the object' });
}

// Parts that cannot be removed now cost space, and are removed by the store's own rules; the caller's error matters more.
async function discard(at: BucketClient, upload: MultipartUpload): Promise<void> {
  await abortUpload(at, upload, AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS)).catch(() => undefined);
}
