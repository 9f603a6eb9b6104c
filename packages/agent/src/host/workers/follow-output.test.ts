import { PassThrough } from 'node:stream';
import { createFakeClock } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import {
  MAX_OUTPUT_BYTES_PER_SECOND,
  MAX_OUTPUT_LINE,
  OUTPUT_RATE,
  createLineCutter,
  followOutput,
} from './follow-output.ts';

function cut(...pieces: readonly string[]): string[] {
  const lines: string[] = [];
  const cutter = createLineCutter((line) => lines.push(line));
  for (const piece of pieces) cutter.write(piece);
  cutter.end();
  return lines;
}

test('lines are put together of pieces, and the last needs no end', () => {
  expect(cut('a', 'b\nc\r', '\n\nd')).toEqual(['ab', 'c', '', 'd']);
});

test('a line that never ends is cut, and the next one is whole', () => {
  const lines = cut('x'.repeat(MAX_OUTPUT_LINE - 1), 'yz', 'z'.repeat(100_000), '\nnext\n');
  expect(lines[0]).toHaveLength(MAX_OUTPUT_LINE);
  expect(lines[0]?.endsWith('xy')).toBe(true);
  expect(lines[1]).toBe('next');
});

function follow() {
  const [clock, stream] = [createFakeClock(), new PassThrough({ highWaterMark: 16_777_216 })];
  const lines: [string, number][] = [];
  followOutput(stream, clock, (line, suppressed) => lines.push([line, suppressed]));
  return { clock, stream, lines };
}

test('a flood of lines is counted, and the next line that is logged says how many', async () => {
  const { clock, stream, lines } = follow();
  stream.write('x\n'.repeat(1_000));
  await clock.advance(1_000);
  expect(lines).toHaveLength(OUTPUT_RATE.burst);
  stream.write('y\n');
  await clock.advance(0);
  expect(lines.at(-1)).toEqual(['y', 1_000 - OUTPUT_RATE.burst]);
});

test('who writes too much has to wait for the next second', async () => {
  const { clock, stream, lines } = follow();
  stream.write('x'.repeat(MAX_OUTPUT_BYTES_PER_SECOND));
  await clock.advance(0);
  expect(stream.isPaused()).toBe(true);
  stream.write('\nafter\n');
  await clock.advance(999);
  expect(lines).toEqual([]);
  await clock.advance(1);
  expect([stream.isPaused(), lines.at(-1)?.[0]]).toEqual([false, 'after']);
});

test('characters that are cut in two pieces are whole', async () => {
  const { clock, stream, lines } = follow();
  const bytes = Buffer.from('ä\n');
  stream.write(bytes.subarray(0, 1));
  await clock.advance(0);
  stream.write(bytes.subarray(1));
  await clock.advance(0);
  expect(lines).toEqual([['ä', 0]]);
});
