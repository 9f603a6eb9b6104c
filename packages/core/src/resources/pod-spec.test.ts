import { expect, test } from 'vitest';
import { podSpecSchema } from './pod-spec.ts';

const takes = (mountPath: string): boolean =>
  podSpecSchema.safeParse({
    containers: [{ name: 'web', image: 'localhost/web:1', volumeMounts: [{ name: 'v', mountPath }] }],
  }).success;

test.each(['/exports', '/export.d/a', '/a..b/.c/..d/e.', '/data/', '/', '/data/export'])(
  'a mount at %s is taken',
  (path) => {
    expect(takes(path)).toBe(true);
  },
);

test.each([
  '/export',
  '/export/a',
  '//export',
  '/./export',
  '/data/../export',
  '/data//x',
  '/data/..',
  '/data/.',
  '../export',
  '..',
])('a mount at %s is refused: it is, or could lead to, /export', (path) => {
  expect(takes(path)).toBe(false);
});
