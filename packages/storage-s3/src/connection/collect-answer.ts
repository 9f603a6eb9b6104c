import { Readable } from 'node:stream';
import { MAX_ANSWER_BYTES } from './connection-limits.ts';

/** Reads the body of an answer, up to `MAX_ANSWER_BYTES`: what says more is not S3. */
export async function collectAnswer(stream: unknown): Promise<Uint8Array> {
  if (!(stream instanceof Readable)) throw new TypeError('the answer has no body');
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_ANSWER_BYTES) throw new RangeError('the answer does not end');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
