import { expect, test } from 'vitest';
import { readBounded } from './read-bounded.ts';

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

test('reads to the end, and exactly the limit is no problem', async () => {
  expect(await readBounded(chunks('hello ', 'world'), 11)).toBe('hello world');
  expect(await readBounded(chunks(), 0)).toBe('');
});

test('one byte more is TOO_LARGE, and nothing is read after it', async () => {
  let isOver = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.from('x');
    } finally {
      isOver = true;
    }
  }
  await expect(readBounded(endless(), 100)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect(isOver).toBe(true);
});
