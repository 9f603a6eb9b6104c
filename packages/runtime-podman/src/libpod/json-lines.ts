import { K4eError } from '@k4e/core';

const NEWLINE = 0x0a;

/**
 * The JSON values of a stream that has one a line, however it is cut into chunks. Blank lines and lines that are not JSON
 * are passed over. A last line without newline counts. Rejects with `TOO_LARGE` on a line of more than `maxLineBytes`.
 */
export async function* jsonLines(chunks: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator {
  let open: Uint8Array[] = [];
  let openBytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      requireFits(openBytes + at - from, maxLineBytes);
      yield* parseLine([...open, chunk.subarray(from, at)]);
      open = [];
      openBytes = 0;
      from = at + 1;
    }
    if (from < chunk.length) open.push(chunk.subarray(from));
    openBytes += chunk.length - from;
    requireFits(openBytes, maxLineBytes);
  }
  yield* parseLine(open);
}

function requireFits(lineBytes: number, maxLineBytes: number): void {
  if (lineBytes <= maxLineBytes) return;
  throw new K4eError('TOO_LARGE', { message: `podman sent a line of more than ${maxLineBytes} bytes` });
}

function* parseLine(parts: readonly Uint8Array[]): Generator {
  const text = Buffer.concat(parts).toString('utf8').trim();
  if (text === '') return;
  try {
    yield JSON.parse(text);
  } catch {
    return;
  }
}
