import { expect, test } from 'vitest';
import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from './edge-limits.ts';
import { jsonExcess } from './json-bounds.ts';

const excess = (text: string) => jsonExcess(Buffer.from(text));

test('nesting is counted in objects and lists alike, up to the limit', () => {
  const nested = (levels: number) => `${'{"a":['.repeat(levels / 2)}${']}'.repeat(levels / 2)}`;
  expect(excess(nested(MAX_JSON_DEPTH))).toBeUndefined();
  expect(excess(nested(MAX_JSON_DEPTH + 2))).toContain('nested');
});

test('values beside each other are no nesting', () => {
  expect(excess(`[${'[],'.repeat(100)}[]]`)).toBeUndefined();
});

test('brackets and commas in texts do not count, whatever is escaped in them', () => {
  const inText = '[{,'.repeat(MAX_JSON_VALUES);
  expect(excess(`["${inText}"]`)).toBeUndefined();
  expect(excess(`["\\"${inText}\\\\"]`)).toBeUndefined();
  expect(excess(`["\\\\",${'['.repeat(MAX_JSON_DEPTH)}`)).toContain('nested');
});

test('values are counted up to the limit', () => {
  const list = (items: number) => `[${Array.from({ length: items }, () => '0').join(',')}]`;
  expect(excess(list(MAX_JSON_VALUES - 1))).toBeUndefined();
  expect(excess(list(MAX_JSON_VALUES))).toContain('values');
});

test.each(['', '"', '"\\', ']]]]', '\u0000'])('%j is left to the parser', (text) => {
  expect(excess(text)).toBeUndefined();
});
