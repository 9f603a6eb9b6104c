import { expect, test } from 'vitest';
import { createMemoryExports } from '../../testing/index.ts';
import type { ReadOptions } from '../../ports/index.ts';
import { createFileContent } from './file-content.ts';
import { createReadBuffers } from './read-buffers.ts';

async function open(text: string) {
  const exports = createMemoryExports();
  exports.write('w', 'a', text);
  const file = await exports.open('w', 'a');
  const paced: number[] = [];
  const pace = async (sizeBytes: number): Promise<void> => void paced.push(sizeBytes);
  const buffers = createReadBuffers();
  const into: Uint8Array[] = [];
  const seen = {
    ...file,
    read: (offset: number, lengthBytes: number, options: ReadOptions = {}) => {
      if (options.into !== undefined) into.push(options.into);
      return file.read(offset, lengthBytes, options);
    },
  };
  const content = createFileContent({ path: 'a', file: seen, identity: await file.identify(), pace, buffers });
  return { exports, content, paced, buffers, into };
}

const changed = { code: 'UPLOAD_SOURCE_CHANGED' };

test('reads what the file holds, at the pace that is given', async () => {
  const { content, paced } = await open('0123456789');
  expect(content.sizeBytes).toBe(10);
  expect(Buffer.from(await content.read(2, 3)).toString()).toBe('234');
  expect(Buffer.from(await content.read(0, 10)).toString()).toBe('0123456789');
  await content.confirm();
  expect(paced).toEqual([3, 10]);
});

test('a file that has changed is told at the next part, and at the end', async () => {
  const { exports, content } = await open('0123456789');
  exports.onRead(() => exports.write('w', 'a', '9876543210'));
  await content.read(0, 10);
  await expect(content.confirm()).rejects.toMatchObject(changed);
  await expect(content.read(0, 5)).rejects.toMatchObject(changed);
});

test('a file that became shorter is told', async () => {
  const { exports, content } = await open('0123456789');
  exports.write('w', 'a', '01');
  await expect(content.read(0, 10)).rejects.toMatchObject(changed);
});

test('a file that was replaced stays what it was', async () => {
  const { exports, content } = await open('0123456789');
  exports.replace('w', 'a', 'other');
  expect(Buffer.from(await content.read(0, 10)).toString()).toBe('0123456789');
  await content.confirm();
});

test('room for what was read is used again once it is released, and not when it is not', async () => {
  const { content, into, buffers } = await open('0123456789');
  const keeper = buffers.take(1);
  await content.read(0, 10);
  content.release(into[0] ?? keeper);
  await content.read(0, 10);
  content.dispose();
  await content.read(0, 10);
  expect(into.map(({ byteLength }) => byteLength)).toEqual([10, 10, 10]);
  expect(into[1]?.buffer).toBe(into[0]?.buffer);
  expect(into[2]?.buffer).not.toBe(into[1]?.buffer);
});
