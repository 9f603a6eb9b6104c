import { expect, test } from 'vitest';
import { jsonLines } from './json-lines.ts';

async function* cut(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(chunks: AsyncIterable<Uint8Array>, maxLineBytes = 1000): Promise<unknown[]> {
  const values = [];
  for await (const value of jsonLines(chunks, maxLineBytes)) values.push(value);
  return values;
}

test('values are the same however the stream is cut', async () => {
  const text = '{"a":1}\n\n{"b":"ü€"}\r\n[2]\nnot json\n"last"';
  for (let size = 1; size <= Buffer.byteLength(text); size++) {
    expect(await collect(cut(text, size))).toEqual([{ a: 1 }, { b: 'ü€' }, [2], 'last']);
  }
});

test('a value comes as soon as its line is whole', async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{"a":1}\n{"b"');
    await new Promise(() => undefined);
  }
  expect(await jsonLines(endless(), 1000).next()).toEqual({ done: false, value: { a: 1 } });
});

test.each([1, 7, 1000])(
  'a line of exactly the limit passes, one byte more is TOO_LARGE (chunks of %d)',
  async (size) => {
    const line = `"${'x'.repeat(98)}"`;
    expect(await collect(cut(`${line}\n${line}\n`, size), 100)).toHaveLength(2);
    await expect(collect(cut(`${line} \n`, size), 100)).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await expect(collect(cut(`${line} `, size), 100)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  },
);
