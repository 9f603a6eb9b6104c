import { expect, test } from 'vitest';
import { canonicalJson, jsonEqual } from './json.ts';

test('keys are sorted at every depth and undefined members vanish', () => {
  expect(canonicalJson({ b: [{ d: 1, c: undefined, a: 2 }], a: null })).toBe('{"a":null,"b":[{"a":2,"d":1}]}');
});

test('equality ignores key order and keeps list order', () => {
  expect(jsonEqual({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
  expect(jsonEqual([1, 2], [2, 1])).toBe(false);
});
