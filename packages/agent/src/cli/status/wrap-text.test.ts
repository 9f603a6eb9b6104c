import { expect, test } from 'vitest';
import { cutLine, wrapText } from './wrap-text.ts';

test.each([
  ['short', 10, 'short'],
  ['exactly 10', 10, 'exactly 10'],
  ['eleven char', 10, 'eleven ...'],
  ['abc', 2, 'ab'],
])('%j in %i columns is %j', (text, columns, line) => {
  expect(cutLine(text, columns)).toBe(line);
});

test.each([
  ['', []],
  ['one two', ['one two']],
  ['one two three four', ['one two', 'three four']],
  ['one two three four five six', ['one two', 'three f...']],
  ['a-word-that-is-too-long', ['a-word-tha', 't-is-to...']],
  ['x a-word-that-is-too-long', ['x a-word-t', 'hat-is-...']],
  ['ends at ten', ['ends at', 'ten']],
])('%j is wrapped as %j', (text, lines) => {
  expect(wrapText(text, 10, 2)).toEqual(lines);
});

test('without a line there is none', () => {
  expect(wrapText('text', 10, 0)).toEqual([]);
});
