import { expect, test } from 'vitest';
import { readExecOutput } from './exec-output.ts';

const frame = (stream: number, text: string): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const bytes = Buffer.concat([frame(1, 'out\n'), frame(2, ''), frame(2, 'err'), frame(1, 'more')]);

test.each([1, 3, 7, 8, 9, 1_000])('both streams are read in their order, however they are cut: by %d', async (size) => {
  expect(await readExecOutput(cut(bytes, size), 100)).toBe('out\nerrmore');
});

test.each([0, 5])('the first %d bytes are kept, and all are read', async (maxBytes) => {
  let read = 0;
  const counted = async function* () {
    for await (const chunk of cut(bytes, 2)) {
      read += chunk.length;
      yield chunk;
    }
  };
  expect(await readExecOutput(counted(), maxBytes)).toBe('out\nerrmore'.slice(0, maxBytes));
  expect(read).toBe(bytes.length);
});

test('what ends in the middle gives what was there', async () => {
  expect(await readExecOutput(cut(bytes.subarray(0, 10), 4), 100)).toBe('ou');
  expect(await readExecOutput(cut(bytes.subarray(0, 5), 4), 100)).toBe('');
});
