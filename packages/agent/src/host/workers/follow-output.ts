import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '@k4e/core/ports';
import { createTokenBucket } from '@k4e/core/reconcile';
import type { RateLimit } from '@k4e/core/reconcile';

/** Longest line of a worker that is logged, in characters; what is longer is cut. */
export const MAX_OUTPUT_LINE = 4_096;
/** Lines of one stream of a worker that are logged; others are counted. */
export const OUTPUT_RATE: RateLimit = { perSecond: 50, burst: 200 };
/** Most that is read of a stream in a second, in bytes: 1 MiB. A worker that writes more has to wait. */
export const MAX_OUTPUT_BYTES_PER_SECOND = 1_048_576;
const SECOND_MS = 1_000;

/** Where lines go: with the number of lines before it that were left out. */
export type OnOutputLine = (line: string, suppressed: number) => void;

/** Reads a worker's output to its end, line by line, bounded in length, rate and bytes. */
export function followOutput(stream: Readable, clock: Clock, onLine: OnOutputLine): void {
  const cut = createLineCutter(createGatedLines(clock, onLine));
  const decoder = new StringDecoder('utf8');
  let windowEndMs = 0;
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    cut.write(decoder.write(chunk));
    const nowMs = clock.monotonicMs();
    if (nowMs >= windowEndMs) [windowEndMs, bytes] = [nowMs + SECOND_MS, 0];
    bytes += chunk.byteLength;
    if (bytes < MAX_OUTPUT_BYTES_PER_SECOND) return;
    stream.pause();
    const cancel = clock.schedule(windowEndMs - nowMs, () => stream.resume());
    stream.once('close', cancel);
  });
  stream.once('end', () => cut.end());
  stream.on('error', () => cut.end());
}

function createGatedLines(clock: Clock, onLine: OnOutputLine): (line: string) => void {
  const bucket = createTokenBucket({ ...OUTPUT_RATE, clock });
  let suppressed = 0;
  return (line) => {
    if (line === '') return;
    if (!bucket.tryTake()) {
      suppressed++;
      return;
    }
    onLine(line, suppressed);
    suppressed = 0;
  };
}

/** Makes lines of pieces of text; holds one line at most. */
export function createLineCutter(onLine: (line: string) => void): { write(text: string): void; end(): void } {
  let line = '';
  return {
    write(text) {
      const pieces = text.split('\n');
      for (const [index, piece] of pieces.entries()) {
        if (line.length < MAX_OUTPUT_LINE) line += piece.slice(0, MAX_OUTPUT_LINE - line.length);
        if (index === pieces.length - 1) return;
        onLine(line.replace(/\r$/, ''));
        line = '';
      }
    },
    end() {
      onLine(line);
      line = '';
    },
  };
}
