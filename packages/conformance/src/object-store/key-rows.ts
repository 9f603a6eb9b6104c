import { MAX_OBJECT_KEY_BYTES } from '@k4e/core/ports';
import { expect, test } from 'vitest';
import type { Rows } from './object-store-subject.ts';
import { codeOf, isSame, keysOf } from './outcome-of.ts';
import { sampleBytes, steady } from './sample-content.ts';

/** Keys that files of a workload may give; the longest has `MAX_OBJECT_KEY_BYTES`. */
export const SAMPLE_KEYS: readonly string[] = [
  'with space',
  ' leading and trailing ',
  'plus+plus',
  '100%25',
  'question?mark=1&and#hash',
  '.hidden/..twice/...',
  'a//b',
  'trailing/',
  'quotes "and" \'these\' <xml> &amp; ]]>',
  'semi;colon,comma:colon=equal@at!*()~',
  'back\\slash',
  'ünï/日本語/😀',
  'e\u0301 is not é',
  'line\nbreak\ttab',
  'control\u0001character',
  'x'.repeat(200).concat('/').repeat(5).concat('é'.repeat(9), 'z'),
];

/** Keys: any UTF-8 of 1 to 1,024 bytes. */
export function describeKeys({ subject, options }: Rows): void {
  const { refusedKeys = [] } = options;
  test('the longest sample is as long as a key may be', () => {
    expect(Math.max(...SAMPLE_KEYS.map((key) => Buffer.byteLength(key)))).toBe(MAX_OBJECT_KEY_BYTES);
  });

  test.each(SAMPLE_KEYS.filter((key) => !refusedKeys.includes(key)))(
    'holds an object under the key %j',
    async (key) => {
      const { store, contentOf } = subject();
      const bytes = sampleBytes(100, key.length);
      expect(await store.put(key, steady(bytes))).toMatchObject({ key, sizeBytes: 100 });
      expect(await store.head(key)).toMatchObject({ key, sizeBytes: 100 });
      expect(await keysOf(store, '')).toEqual([key]);
      expect(await keysOf(store, key.slice(0, 3))).toEqual([key]);
      expect(isSame(await contentOf(key), bytes)).toBe(true);
    },
  );

  test.each([...refusedKeys])('refuses the key %j with INVALID_INPUT, which it cannot hold', async (key) => {
    const { store } = subject();
    expect(await codeOf(store.put(key, steady(sampleBytes(10))))).toBe('INVALID_INPUT');
    expect(await keysOf(store, '')).toEqual([]);
  });

  test.each([
    ['empty', ''],
    ['one byte too long', 'x'.repeat(MAX_OBJECT_KEY_BYTES + 1)],
    ['one byte too long, though short in characters', 'é'.repeat(MAX_OBJECT_KEY_BYTES / 2).concat('x')],
    ['not UTF-8', 'half \ud83d pair'],
  ])('a key that is %s is refused with INVALID_INPUT, by every call', async (_what, key) => {
    const { store } = subject();
    expect(await codeOf(store.put(key, steady(sampleBytes(10))))).toBe('INVALID_INPUT');
    expect(await codeOf(store.head(key))).toBe('INVALID_INPUT');
    expect(await codeOf(store.abandon(key, 'something'))).toBe('INVALID_INPUT');
  });
}
