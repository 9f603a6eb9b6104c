import { expect, test } from 'vitest';
import { plainText } from './plain-text.ts';

test.each([
  ['two\nlines\tand a tab', 'two lines and a tab'],
  ['\u001b[2J\u001b]0;owned\u0007 red \u009b31m', '[2J ]0;owned red 31m'],
  ['right\u202eto left\u2066 and back', 'right to left and back'],
  ['a\u2028b\u2029c', 'a b c'],
  [`half \ud800 a pair`, 'half a pair'],
  ['  kept: äöü €  ', 'kept: äöü €'],
  ['pull https://me:secret@registry.example/a failed', 'pull https://registry.example/a failed'],
  ['mail me@example.org', 'mail me@example.org'],
])('%j is shown as %j', (text, shown) => {
  expect(plainText(text, 100)).toBe(shown);
});

test('at its limit a text is whole, beyond it what is missing shows', () => {
  expect(plainText('x'.repeat(10), 10)).toBe('x'.repeat(10));
  expect(plainText('x'.repeat(11), 10)).toBe(`${'x'.repeat(7)}...`);
  expect(plainText(`${'x'.repeat(6)}😀${'x'.repeat(9)}`, 10).isWellFormed()).toBe(true);
});

test('a text without end takes no longer than one with', () => {
  expect(plainText('\n'.repeat(10_000_000), 10)).toBe('');
});
