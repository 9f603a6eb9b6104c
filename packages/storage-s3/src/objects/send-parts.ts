import type { ObjectContent } from '@k4e/core/ports';
import { MAX_PUT_BUFFER_BYTES } from '@k4e/core/ports';
import type { BucketClient } from './bucket-client.ts';
import { digestOfEtag, md5 } from './object-digest.ts';
import { sendPart } from './multipart-upload.ts';
import type { MultipartUpload, StoredPart } from './multipart-upload.ts';
import { partLayout, partRanges } from './part-layout.ts';
import type { PartRange } from './part-layout.ts';
import { readExactly } from './read-exactly.ts';

/** What the store has of an object, part by part in their order. */
export interface SentParts {
  readonly etags: readonly string[];
  /** The MD5 of each part as it was read. */
  readonly digests: readonly Buffer[];
}

/**
 * Sends all parts of the content that the store does not have with the same bytes, some at a time: together they fit into
 * `MAX_PUT_BUFFER_BYTES`. The first that fails ends the others.
 */
export async function sendParts(
  at: BucketClient,
  upload: MultipartUpload,
  content: ObjectContent,
  present: ReadonlyMap<number, StoredPart>,
  signal: AbortSignal,
): Promise<SentParts> {
  const { partSizeBytes, partCount } = partLayout(content.sizeBytes);
  const etags = new Array<string>(partCount).fill('');
  const digests = new Array<Buffer>(partCount);
  const ranges = partRanges(content.sizeBytes);
  const send = async (range: PartRange, ended: AbortSignal): Promise<void> => {
    const bytes = await readExactly(content, range.offset, range.lengthBytes, { signal: ended });
    const digest = md5(bytes);
    const had = present.get(range.number);
    const isThere = had?.sizeBytes === range.lengthBytes && digestOfEtag(had.etag) === digest.toString('hex');
    digests[range.number - 1] = digest;
    etags[range.number - 1] = isThere
      ? had.etag
      : await sendPart(at, upload, { number: range.number, bytes, digest }, ended);
    content.release?.(bytes);
  };
  await inParallel(Math.max(1, Math.floor(MAX_PUT_BUFFER_BYTES / partSizeBytes)), ranges, send, signal);
  return { etags, digests };
}

/** Works through `items`, `limit` at a time. Rejects with the first failure, when nothing runs any more. */
async function inParallel<T>(
  limit: number,
  items: Iterator<T, void>,
  work: (item: T, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const ended = new AbortController();
  const onAbort = (): void => ended.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (let next = items.next(); next.done !== true && !ended.signal.aborted; next = items.next()) {
      await work(next.value, ended.signal);
    }
  };
  const fail = (error: unknown): void => {
    failure ??= { error };
    ended.abort();
  };
  await Promise.all(Array.from({ length: limit }, () => worker().catch(fail)));
  signal.removeEventListener('abort', onAbort);
  if (failure !== undefined) throw failure.error;
  signal.throwIfAborted();
}
