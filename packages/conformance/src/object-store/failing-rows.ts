import { K4eError } from '@k4e/core';
import { describe, expect, test } from 'vitest';
import type { Rows } from './object-store-subject.ts';
import { codeOf, errorOf, isSame, keysOf, pagesOf } from './outcome-of.ts';
import { changedAtLast, changedFrom, sampleBytes, steady, stuckFrom } from './sample-content.ts';

/** A `put` that fails: nothing becomes visible. */
export function describeFailing(rows: Rows): void {
  const { partSizeBytes } = rows.options;
  describeChanging(rows, 'sent whole', 1_000);
  describeChanging(rows, 'sent in parts', 3 * partSizeBytes + 10);
  describeAborting(rows);
  describeRefusedBeginning(rows);
}

function describeChanging({ subject, options }: Rows, how: string, sizeBytes: number): void {
  const bytes = sampleBytes(sizeBytes, 7);
  const { partSizeBytes } = options;
  describe(`content that changes, ${how}`, () => {
    test.each([
      ['at the end', changedAtLast(bytes)],
      ['while it is read', changedFrom(bytes, Math.min(2 * partSizeBytes, sizeBytes - 1))],
    ])('%s: UPLOAD_SOURCE_CHANGED, and nothing is left of it', async (_when, content) => {
      const { store, contentOf, unfinishedPuts } = subject();
      expect(await codeOf(store.put('new', content))).toBe('UPLOAD_SOURCE_CHANGED');
      expect(await contentOf('new')).toBeUndefined();
      expect(await unfinishedPuts()).toBe(0);
    });

    test('an object that was there stays, whole', async () => {
      const { store, contentOf } = subject();
      await store.put('old', steady(sampleBytes(300)));
      expect(await codeOf(store.put('old', changedAtLast(bytes)))).toBe('UPLOAD_SOURCE_CHANGED');
      expect(isSame(await contentOf('old'), sampleBytes(300))).toBe(true);
    });
  });
}

function describeAborting({ subject, options }: Rows): void {
  const { partSizeBytes } = options;
  test('a call whose signal has fired rejects with ABORTED, and does nothing', async () => {
    const { store } = subject();
    const signal = AbortSignal.abort();
    await store.put('file', steady(sampleBytes(10)));
    expect(await codeOf(store.put('new', steady(sampleBytes(10)), { signal }))).toBe('ABORTED');
    expect(await codeOf(store.head('file', { signal }))).toBe('ABORTED');
    expect(await codeOf(pagesOf(store, '', { signal }))).toBe('ABORTED');
    expect(await codeOf(store.abandon('file', 'something', { signal }))).toBe('ABORTED');
    expect(await keysOf(store, '')).toEqual(['file']);
  });

  test.each([
    ['sent whole', 1_000, 0],
    ['sent in parts', 4 * partSizeBytes, 3 * partSizeBytes],
  ])(
    'a put that is aborted while it reads rejects with ABORTED, and nothing is visible: %s',
    async (_how, size, from) => {
      const { store, contentOf } = subject();
      const controller = new AbortController();
      const content = stuckFrom(sampleBytes(size), from, () => controller.abort());
      expect(await codeOf(store.put('file', content, { signal: controller.signal }))).toBe('ABORTED');
      expect(await contentOf('file')).toBeUndefined();
    },
  );

  test('a digest that is aborted rejects with ABORTED', async () => {
    const controller = new AbortController();
    const content = stuckFrom(sampleBytes(1_000), 0, () => controller.abort());
    expect(await codeOf(subject().store.digestOf(content, { signal: controller.signal }))).toBe('ABORTED');
  });
}

function describeRefusedBeginning({ subject, options }: Rows): void {
  test('a put in parts whose beginning cannot be noted is not begun', async () => {
    const { store, contentOf, unfinishedPuts } = subject();
    const noted = new K4eError('STATE_UNWRITABLE');
    const content = steady(sampleBytes(2 * options.partSizeBytes));
    const error = await errorOf(store.put('file', content, { onBegun: async () => Promise.reject(noted) }));
    expect(error).toBe(noted);
    expect(await contentOf('file')).toBeUndefined();
    expect(await unfinishedPuts()).toBe(0);
  });
}
