import { K4eError } from '@k4e/core';

/** The whole of a stream as text. Rejects with `TOO_LARGE`, and stops reading, beyond `maxBytes`. */
export async function readBounded(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new K4eError('TOO_LARGE', { message: `podman answered with more than ${maxBytes} bytes` });
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}
