import { expect, test } from 'vitest';
import { isLocalOnly, referencePath } from './image-reference.ts';

test.each([
  ['nginx', 'nginx'],
  ['nginx:1.27', 'nginx%3A1.27'],
  ['localhost:5000/a/b_c:1', 'localhost%3A5000/a/b_c%3A1'],
  [`quay.io/a/b@sha256:${'0'.repeat(64)}`, `quay.io/a/b%40sha256%3A${'0'.repeat(64)}`],
  ['[::1]:5000/a:1', '%5B%3A%3A1%5D%3A5000/a%3A1'],
])('%s', (image, path) => {
  expect(referencePath(image)).toBe(path);
});

test.each([
  '',
  '/a',
  'a/',
  'a//b',
  '../a',
  'a/../../pods',
  'a/./b',
  'a?b=c',
  'a#b',
  'a b',
  'a%2e',
  '-a',
  'a'.repeat(513),
])('"%s" is no image', (image) => {
  expect(() => referencePath(image)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', retry: 'never' }));
});

test('the longest name is one', () => {
  expect(referencePath('a'.repeat(512))).toHaveLength(512);
});

test('only localhost/ is in no registry; a registry on this machine has a port', () => {
  expect(isLocalOnly('localhost/a:1')).toBe(true);
  expect(isLocalOnly('localhost:5000/a:1')).toBe(false);
  expect(isLocalOnly('localhost.example/a:1')).toBe(false);
});
