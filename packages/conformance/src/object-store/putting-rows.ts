import { expect, test } from 'vitest';
import type { ObjectStore } from '@k4e/core/ports';
import type { Rows } from './object-store-subject.ts';
import { codeOf, isSame, keysOf, pagesOf } from './outcome-of.ts';
import { overwrittenWhenReleased, sampleBytes, steady } from './sample-content.ts';

const PARALLEL_PUTS = 32;

/** A `put` that succeeds: sizes, digests, what was there before, others at the same time. */
export function describePutting(rows: Rows): void {
  describeSizes(rows);
  describeReplacing(rows);
  describeParallelPuts(rows);
}

function describeSizes({ subject, options }: Rows): void {
  const { partSizeBytes, tellsDigests = true } = options;
  test.each([
    ['nothing', 0],
    ['one byte', 1],
    ['as much as is sent whole', partSizeBytes],
    ['one byte more than that', partSizeBytes + 1],
    ['two whole parts', 2 * partSizeBytes],
    ['five parts, the last of them short', 4 * partSizeBytes + 7],
  ])('puts content of every size, and tells what it put: %s', async (_what, sizeBytes) => {
    const { store, contentOf, unfinishedPuts } = subject();
    const bytes = sampleBytes(sizeBytes);
    const stored = await store.put('a/file', steady(bytes));
    const digest = await store.digestOf(steady(bytes));
    const expected = { key: 'a/file', sizeBytes, ...(tellsDigests ? { digest } : {}) };
    expect(stored).toEqual(expected);
    expect(isSame(await contentOf('a/file'), bytes)).toBe(true);
    expect(await unfinishedPuts()).toBe(0);
    if (!tellsDigests) return;
    expect(await store.head('a/file')).toEqual(expected);
    expect((await pagesOf(store, '')).flat()).toEqual([expected]);
  });

  test.each([
    ['whole', partSizeBytes],
    ['in parts', 5 * partSizeBytes],
  ])('looks no more at what it has released, sent %s', async (_how, sizeBytes) => {
    const { store, contentOf } = subject();
    const bytes = sampleBytes(sizeBytes);
    await store.put('file', overwrittenWhenReleased(bytes));
    expect(isSame(await contentOf('file'), bytes)).toBe(true);
    expect(await store.digestOf(overwrittenWhenReleased(bytes))).toBe(await store.digestOf(steady(bytes)));
  });

  test('digests tell content from content', async () => {
    const { store } = subject();
    const digests = [sampleBytes(100, 1), sampleBytes(100, 2), sampleBytes(101, 1), new Uint8Array(0)].map((bytes) =>
      store.digestOf(steady(bytes)),
    );
    expect(new Set(await Promise.all(digests)).size).toBe(4);
    expect(await store.digestOf(steady(sampleBytes(100, 1)))).toBe(await digests[0]);
  });
}

function describeReplacing({ subject, options }: Rows): void {
  const { partSizeBytes } = options;
  test.each([
    ['whole', 1_000],
    ['in parts', partSizeBytes + 1_000],
  ])('an object is replaced at once: the old one is whole until the new one is, sent %s', async (_how, sizeBytes) => {
    const { store, contentOf } = subject();
    const [before, after] = [sampleBytes(500, 1), sampleBytes(sizeBytes, 2)];
    await store.put('file', steady(before));
    let wasWhole: boolean | undefined;
    const content = {
      ...steady(after),
      confirm: async () => void (wasWhole = isSame(await contentOf('file'), before)),
    };
    await store.put('file', content);
    expect(wasWhole).toBe(true);
    expect(isSame(await contentOf('file'), after)).toBe(true);
  });
}

function describeParallelPuts({ subject, options }: Rows): void {
  test('many puts at the same time do not touch each other', async () => {
    const { store, contentOf } = subject();
    const sizes = [10, 40_000, options.partSizeBytes + 10];
    const items = Array.from({ length: PARALLEL_PUTS }, (_, index) => ({
      key: `dir-${String(index % 4)}/file-${String(index)}`,
      bytes: sampleBytes(sizes[index % 16 === 15 ? 2 : index % 2] ?? 0, index),
    }));
    await Promise.all(items.map(({ key, bytes }) => store.put(key, steady(bytes))));
    const wrong: string[] = [];
    for (const { key, bytes } of items) if (!isSame(await contentOf(key), bytes)) wrong.push(key);
    expect(wrong).toEqual([]);
    expect(await keysOf(store, 'dir-1/')).toHaveLength(PARALLEL_PUTS / 4);
  });

  test('puts to the same key at the same time leave one of them, whole', async () => {
    const { store, contentOf } = subject();
    const versions = [1, 2, 3, 4].map((seed) => sampleBytes(seed * 10_000, seed));
    await Promise.all(versions.map((bytes) => store.put('file', steady(bytes))));
    const left = await contentOf('file');
    expect(versions.some((bytes) => isSame(left, bytes))).toBe(true);
  });

  test('after close every call rejects with ABORTED, and what ran ends', async () => {
    const { store, reopen } = subject();
    await store.put('file', steady(sampleBytes(10)));
    store.close();
    expect(await codesOfEveryCall(store)).toEqual(['ABORTED', 'ABORTED', 'ABORTED', 'ABORTED']);
    expect(await keysOf(await reopen(), '')).toEqual(['file']);
  });
}

async function codesOfEveryCall(store: ObjectStore): Promise<readonly (string | undefined)[]> {
  const content = steady(sampleBytes(10));
  return [
    await codeOf(store.put('other', content)),
    await codeOf(store.head('file')),
    await codeOf(pagesOf(store, '')),
    await codeOf(store.abandon('file', 'something')),
  ];
}
