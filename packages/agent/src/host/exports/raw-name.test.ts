import { expect, test } from 'vitest';
import { escapeName, pathWithin, rawNameOf, textOfName } from './raw-name.ts';

const raw = (...bytes: number[]): string => Buffer.from(bytes).toString('latin1');

test.each(['plain', 'ä', '€', '😀', '\ufeffbom', '\ufffd', 'line\nend'])(
  '%j has bytes, and is told from them',
  (text) => {
    expect(Buffer.from(rawNameOf(text), 'latin1').toString('utf8')).toBe(text);
    expect(textOfName(rawNameOf(text))).toBe(text);
  },
);

test.each([
  ['a byte that never occurs', raw(0x61, 0xff), String.raw`a\xff`],
  ['a beginning without an end', raw(0xc3), String.raw`\xc3`],
  ['an end without a beginning', raw(0xa4, 0x62), String.raw`\xa4b`],
  ['half of a surrogate pair', raw(0xed, 0xa0, 0x80), String.raw`\xed\xa0\x80`],
  ['longer than need be', raw(0xc0, 0xaf), String.raw`\xc0\xaf`],
])('%s is not UTF-8, and readable all the same', (_what, name, escaped) => {
  expect(textOfName(name)).toBeUndefined();
  expect(escapeName(name)).toBe(escaped);
});

test('the path of a name has its bytes', () => {
  expect(pathWithin(7, 'a')).toBe('/proc/self/fd/7/a');
  expect(pathWithin(7, raw(0xff))).toEqual(Buffer.concat([Buffer.from('/proc/self/fd/7/'), Buffer.from([0xff])]));
});
