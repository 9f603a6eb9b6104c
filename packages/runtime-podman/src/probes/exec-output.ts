/** Length of what podman puts before each piece of output: which stream it is of, and how long it is. */
const HEADER_BYTES = 8;

/**
 * Reads the output of a command to its end, both streams in the order of their coming, and keeps its first `maxBytes`.
 * The rest is read and dropped, so that the command does not wait for a reader.
 */
export async function readExecOutput(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  let header = Buffer.alloc(0);
  let leftBytes = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      if (leftBytes === 0) {
        const part = chunk.subarray(at, at + HEADER_BYTES - header.length);
        header = Buffer.concat([header, part]);
        at += part.length;
        if (header.length < HEADER_BYTES) continue;
        leftBytes = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        continue;
      }
      const part = chunk.subarray(at, at + leftBytes);
      const wanted = part.subarray(0, maxBytes - keptBytes);
      if (wanted.length > 0) kept.push(Buffer.from(wanted));
      keptBytes += wanted.length;
      leftBytes -= part.length;
      at += part.length;
    }
  }
  return Buffer.concat(kept).toString('utf8');
}
