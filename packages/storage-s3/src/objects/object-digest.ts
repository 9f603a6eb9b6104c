import { createHash, hash } from 'node:crypto';
import type { CallOptions, ObjectContent } from '@k4e/core/ports';
import { partRanges } from './part-layout.ts';
import { readExactly } from './read-exactly.ts';

const READ_BYTES = 1_048_576;

/** The MD5 of some bytes, as bytes. */
export function md5(bytes: Uint8Array): Buffer {
  return hash('md5', bytes, 'buffer');
}

/** The ETag of an object in parts (wire: the MD5 of the parts' MD5s, and their number). */
export function digestOfParts(digests: readonly Uint8Array[]): string {
  return `${md5(Buffer.concat(digests)).toString('hex')}-${String(digests.length)}`;
}

/** The ETag that S3 shows for the content when this package puts it. */
export async function digestOfContent(content: ObjectContent, options: CallOptions): Promise<string> {
  const digests: Buffer[] = [];
  for (const { offset, lengthBytes } of partRanges(content.sizeBytes)) {
    digests.push(await digestOfRange(content, offset, lengthBytes, options));
  }
  const digest =
    digests.length > 0
      ? digestOfParts(digests)
      : (await digestOfRange(content, 0, content.sizeBytes, options)).toString('hex');
  await content.confirm(options);
  return digest;
}

async function digestOfRange(
  content: ObjectContent,
  offset: number,
  lengthBytes: number,
  options: CallOptions,
): Promise<Buffer> {
  const running = createHash('md5');
  for (let at = offset; at < offset + lengthBytes; at += READ_BYTES) {
    const bytes = await readExactly(content, at, Math.min(READ_BYTES, offset + lengthBytes - at), options);
    running.update(bytes);
    content.release?.(bytes);
  }
  return running.digest();
}

const MD5_ETAG = /^(?:W\/)?"?([0-9a-f]{32}(?:-\d{1,5})?)"?$/;

/** The digest that an ETag tells, or `undefined` when it can be none of ours. */
export function digestOfEtag(etag: string | undefined): string | undefined {
  return MD5_ETAG.exec(etag ?? '')?.[1];
}
