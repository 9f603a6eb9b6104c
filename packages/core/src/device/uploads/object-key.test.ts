import { describe, expect, test } from 'vitest';
import { MAX_OBJECT_KEY_BYTES } from '../../ports/index.ts';
import { isObjectKey, listedPrefixes, objectKey, readUploadPath } from './object-key.ts';

const key = (source: string, target: string, path: string) => objectKey(readUploadPath({ source, target }), path);

describe('keys are those of upstream', () => {
  test.each([
    ['stats', 'statistics', 'stats/a', 'statistics/a'],
    ['stats/', 'statistics/', 'stats/a/b', 'statistics/a/b'],
    ['./stats//deep', 'x//y/.', 'stats/deep/a', 'x/y/a'],
    ['.', 'all', 'a/b', 'all/a/b'],
    ['.', '', 'a/b', 'a/b'],
    ['stats', '', 'stats/a', 'a'],
    ['stats/today.csv', 'latest.csv', 'stats/today.csv', 'latest.csv'],
    ['stats/today.csv', 'latest/', 'stats/today.csv', 'latest/today.csv'],
    ['stats/today.csv', '', 'stats/today.csv', 'today.csv'],
    ['stats', 't', 'stats/ünï\n😀 %2e?#', 't/ünï\n😀 %2e?#'],
  ])('%j to %j: %j is %j', (source, target, path, expected) => {
    expect(key(source, target, path)).toBe(expected);
  });

  test('except that no key begins with a slash', () => {
    expect(key('a', '/x', 'a/b')).toBe('x/b');
    expect(key('a', '/', 'a/b')).toBe('b');
  });
});

test('a file elsewhere has no key', () => {
  expect(key('stats', 't', 'stats2/a')).toBeUndefined();
  expect(key('stats', 't', 'a')).toBeUndefined();
});

describe('refused', () => {
  test.each([
    ['/etc', 't'],
    ['..', 't'],
    ['a/../b', 't'],
    ['a\0b', 't'],
    ['a', '..'],
    ['a', 'x/../y'],
    ['a', 'x\0'],
    ['a', '\ud800'],
    ['a', 'ü'.repeat(MAX_OBJECT_KEY_BYTES / 2 + 1)],
  ])('%j to %j', (source, target) => {
    expect(() => readUploadPath({ source, target })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });
});

test('a key has its limit in bytes', () => {
  expect(isObjectKey('')).toBe(false);
  expect(isObjectKey('ü'.repeat(MAX_OBJECT_KEY_BYTES / 2))).toBe(true);
  expect(isObjectKey(`x${'ü'.repeat(MAX_OBJECT_KEY_BYTES / 2)}`)).toBe(false);
});

test('a listing asks for every target once', () => {
  const prefixes = (...targets: string[]) =>
    listedPrefixes(targets.map((target) => readUploadPath({ source: 'a', target })));
  expect(prefixes('b', 'a/', 'a/deep', 'b')).toEqual(['a', 'b']);
  expect(prefixes('b', '')).toEqual(['']);
  expect(prefixes()).toEqual([]);
});
