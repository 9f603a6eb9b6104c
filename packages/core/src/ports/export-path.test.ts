import { expect, test } from 'vitest';
import { MAX_EXPORT_PATH_BYTES, parseExportPath } from './export-path.ts';

test.each([
  ['', []],
  ['.', []],
  ['./', []],
  ['a', ['a']],
  ['./a//b/./c/', ['a', 'b', 'c']],
  ['..a/b..', ['..a', 'b..']],
  [' /\n', [' ', '\n']],
  ['ä/€/😀', ['ä', '€', '😀']],
])('%j is %j', (path, names) => {
  expect(parseExportPath(path)).toEqual(names);
});

test.each(['/', '/a', '..', '../a', 'a/..', 'a/../b', 'a\0b', '\ud800', 'a/\udc00b'])('%j is refused', (path) => {
  expect(() => parseExportPath(path)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }) as Error);
});

test('a path has a limit in bytes', () => {
  const longest = `${'ä'.repeat(MAX_EXPORT_PATH_BYTES / 2 - 1)}/b`;
  expect(parseExportPath(longest)).toHaveLength(2);
  expect(() => parseExportPath(`${longest}c`)).toThrow(/longer than 2048 bytes/);
});
