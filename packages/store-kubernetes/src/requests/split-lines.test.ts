import { errorCode } from '@k4e/core';
import { expect, test } from 'vitest';
import { WATCH_LINE_MAX_BYTES, splitLines } from './split-lines.ts';

async function linesOf(chunks: readonly Buffer[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of splitLines(feed(chunks))) lines.push(line);
  return lines;
}

async function* feed(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

test('lines come whole wherever the stream is cut, in the middle of a character too', async () => {
  const bytes = Buffer.from('{"a":"Zürich"}\n{"b":"東京 🛰️"}\n\n{"c":1}\n');
  for (let size = 1; size <= bytes.length; size++) {
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
    expect(await linesOf(chunks)).toEqual(['{"a":"Zürich"}', '{"b":"東京 🛰️"}', '', '{"c":1}']);
  }
});

test('a last line that was cut off is dropped', async () => {
  expect(await linesOf([Buffer.from('a\nb')])).toEqual(['a']);
});

test('a line may have the largest length, and not a byte more', async () => {
  const largest = Buffer.alloc(WATCH_LINE_MAX_BYTES, 'x');
  expect((await linesOf([largest, Buffer.from('\n')]))[0]).toHaveLength(WATCH_LINE_MAX_BYTES);
  const error: unknown = await linesOf([largest, Buffer.from('x\n')]).catch((cause: unknown) => cause);
  expect(errorCode(error)).toBe('TOO_LARGE');
});
