import { MAX_PROBE_REASON_LENGTH } from '@k4e/core/ports';
import { expect, test } from 'vitest';
import { bad } from './outcome.ts';

test.each([
  ['plain words', 'plain words'],
  ['  two\n\nlines\r\n', 'two lines'],
  ['\u001b[31mred\u001b[0m\u0000\u202e', '[31mred [0m'],
  ['größe 5 µm', 'größe 5 µm'],
])('%j reads %j', (said, reason) => {
  expect(bad(said)).toEqual({ isGood: false, reason });
});

test('what is too long is cut', () => {
  expect(bad('x'.repeat(10_000_000))).toEqual({ isGood: false, reason: `${'x'.repeat(MAX_PROBE_REASON_LENGTH - 1)}…` });
});
