import { expect, test } from 'vitest';
import { isDnsLabel } from './names.ts';

test.each(['a', 'dev-1', '242e48d0-286b-4170-9b97-95502066e6ae', 'x'.repeat(63)])('%s is a DNS label', (text) => {
  expect(isDnsLabel(text)).toBe(true);
});

test.each(['', 'A', '-a', 'a-', 'a.b', 'a_b', 'a/b', '../a', 'ä', 'a\n', 'x'.repeat(64)])('%j is not', (text) => {
  expect(isDnsLabel(text)).toBe(false);
});
