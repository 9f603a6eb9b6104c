import { expect, test } from 'vitest';
import type { Rows } from './object-store-subject.ts';
import { codeOf, keysOf, pagesOf } from './outcome-of.ts';
import { sampleBytes, steady } from './sample-content.ts';

/** More than fit on one page of S3. */
const MANY = 1_100;
const PARALLEL = 32;

/** `head` and `list`. */
export function describeListing({ subject }: Rows): void {
  test('head of what is not there is undefined, also where a longer key is', async () => {
    const { store } = subject();
    await store.put('dir/file', steady(sampleBytes(10)));
    expect(await store.head('dir')).toBeUndefined();
    expect(await store.head('dir/fil')).toBeUndefined();
    expect(await store.head('dir/file')).toMatchObject({ key: 'dir/file', sizeBytes: 10 });
  });

  test('a bucket with nothing in it lists nothing', async () => {
    expect(await keysOf(subject().store, '')).toEqual([]);
  });

  test('a prefix is text, and no directory', async () => {
    const { store } = subject();
    // No key with another one below it, as no file is a directory too: not every store lists both.
    const keys = ['a.b', 'a/b/c', 'a/bc', 'ab', 'b/a'];
    for (const key of keys) await store.put(key, steady(sampleBytes(1)));
    expect(await keysOf(store, 'a/b')).toEqual(['a/b/c', 'a/bc']);
    expect(await keysOf(store, 'a.')).toEqual(['a.b']);
    expect(await keysOf(store, 'c')).toEqual([]);
    expect(await keysOf(store, '')).toEqual(keys);
  });

  test('lists many objects, in pages, each once, in the order of their keys', async () => {
    const { store } = subject();
    const keys = Array.from({ length: MANY }, (_, index) => `dir/${String((index * 7_919) % MANY).padStart(4, '0')}`);
    const waiting = [...keys];
    const worker = async (): Promise<void> => {
      for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
        await store.put(key, steady(sampleBytes(key.length)));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    const pages = await pagesOf(store, 'dir/');
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat().map(({ key }) => key)).toEqual([...keys].sort());
    const controller = new AbortController();
    const listing = store.list('', { signal: controller.signal })[Symbol.asyncIterator]();
    expect((await listing.next()).done).toBe(false);
    controller.abort();
    expect(await codeOf(listing.next())).toBe('ABORTED');
  });
}
