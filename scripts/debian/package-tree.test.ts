import { lstat, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPackageTree } from './package-tree.ts';

let root: string;
let umask: number;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'k4e-tree-'));
  umask = process.umask(0o077);
});
afterEach(async () => {
  process.umask(umask);
  await rm(root, { recursive: true });
});

const modeOf = async (path: string): Promise<number> => (await lstat(join(root, path))).mode & 0o7777;

test('modes are those of a package, whatever mask and source say', async () => {
  const source = join(tmpdir(), `k4e-source-${String(process.pid)}`);
  await writeFile(source, 'x', { mode: 0o600 });
  await createPackageTree(root).add([
    { path: 'a/b/file', file: source },
    { path: 'a/program', content: '#!', isProgram: true },
    { path: 'a/link', link: 'program' },
  ]);
  await rm(source);
  expect(await Promise.all(['', 'a', 'a/b', 'a/b/file', 'a/program'].map(modeOf))).toEqual([
    0o755, 0o755, 0o755, 0o644, 0o755,
  ]);
});

test('a path that is taken is not written over', async () => {
  const tree = createPackageTree(root);
  await tree.add([{ path: 'a', content: '1' }]);
  await expect(tree.add([{ path: 'a', content: '2' }])).rejects.toThrow('EEXIST');
});

test('size and digests are as Debian counts them: each entry a kibibyte at least, control files have no digest', async () => {
  const tree = createPackageTree(root);
  await tree.add([
    { path: 'z', content: 'x'.repeat(1_025) },
    { path: 'a/e', content: '' },
    { path: 'a/l', link: 'e' },
  ]);
  expect(await tree.sizeKib()).toBe(2 + 1 + 1 + 1);
  await tree.add([{ path: 'DEBIAN/control', content: 'x' }]);
  expect((await tree.digests()).split('\n').map((line) => line.slice(34))).toEqual(['a/e', 'z', '']);
});

test('everything is as old as it is told, links too', async () => {
  const tree = createPackageTree(root);
  await tree.add([
    { path: 'a/b', content: '' },
    { path: 'a/l', link: 'nowhere' },
  ]);
  await tree.settle(7);
  for (const path of ['', 'a', 'a/b', 'a/l']) expect((await lstat(join(root, path))).mtimeMs, path).toBe(7_000);
});
