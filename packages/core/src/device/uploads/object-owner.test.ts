import { expect, test } from 'vitest';
import { createMemoryExports } from '../../testing/index.ts';
import { isObjectLost } from './object-owner.ts';
import { readUploadPath } from './object-key.ts';

const { signal } = new AbortController();

async function isLost(
  contested: { owner: [string, string]; workload: string; index: number },
  paths: Record<string, readonly (readonly [string, string])[]>,
) {
  const exports = createMemoryExports();
  exports.write('a', 'x/f', '');
  exports.write('b', 'x/f', '');
  const pathsOf = (workload: string) =>
    (paths[workload] ?? []).map(([source, target]) => readUploadPath({ source, target }));
  const [workload, path] = contested.owner;
  return isObjectLost({ ...contested, key: 't/f', owner: { workload, path } }, pathsOf, exports, signal);
}

const both = { a: [['x', 't']], b: [['x', 't']] } as const;

test('the first workload by name has it', async () => {
  expect(await isLost({ owner: ['a', 'x/f'], workload: 'b', index: 0 }, both)).toBe(true);
  expect(await isLost({ owner: ['b', 'x/f'], workload: 'a', index: 0 }, both)).toBe(false);
});

test('of one workload the first path has it', async () => {
  const paths = {
    a: [
      ['x', 't'],
      ['y', 't'],
    ],
  } as const;
  expect(await isLost({ owner: ['a', 'x/f'], workload: 'a', index: 1 }, paths)).toBe(true);
  const turned = {
    a: [
      ['y', 't'],
      ['x', 't'],
    ],
  } as const;
  expect(await isLost({ owner: ['a', 'x/f'], workload: 'a', index: 0 }, turned)).toBe(false);
});

test('one that no longer goes there has lost it', async () => {
  expect(await isLost({ owner: ['a', 'x/f'], workload: 'b', index: 0 }, { ...both, a: [['x', 'elsewhere']] })).toBe(
    false,
  );
  expect(await isLost({ owner: ['a', 'x/f'], workload: 'b', index: 0 }, { b: both.b })).toBe(false);
});

test('one that is gone has lost it', async () => {
  expect(await isLost({ owner: ['a', 'f'], workload: 'b', index: 0 }, { ...both, a: [['f', 't/f']] })).toBe(false);
});
