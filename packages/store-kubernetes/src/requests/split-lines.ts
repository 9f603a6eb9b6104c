import { K4eError } from '@k4e/core';

/** Largest line of a watch, in bytes: an event with a resource of the largest size, escaped. */
export const WATCH_LINE_MAX_BYTES = 16_777_216;

const NEWLINE = 0x0a;

function checkLength(bytes: number): void {
  if (bytes <= WATCH_LINE_MAX_BYTES) return;
  throw new K4eError('TOO_LARGE', { message: `a line of a watch is longer than ${WATCH_LINE_MAX_BYTES} bytes` });
}

/** The lines of a stream, without their ends; a last one that is cut off is dropped. Throws `TOO_LARGE` over `WATCH_LINE_MAX_BYTES`. */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      checkLength(heldBytes + end - start);
      yield Buffer.concat([...held, chunk.subarray(start, end)]).toString('utf8');
      [held, heldBytes, start] = [[], 0, end + 1];
    }
    held.push(chunk.subarray(start));
    heldBytes += chunk.length - start;
    checkLength(heldBytes);
  }
}
