import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDirectoryVolumes } from './directory-volumes.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'k4e-volumes-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

test('a directory is made once, open to any user, and its files stay', async () => {
  const volumes = createDirectoryVolumes({ directory: join(base, 'volumes') });
  await volumes.ensure('web');
  await writeFile(join(volumes.pathOf('web'), 'data'), 'kept');
  await volumes.ensure('web');
  expect(await readFile(join(base, 'volumes', 'web', 'data'), 'utf8')).toBe('kept');
  expect((await stat(volumes.pathOf('web'))).mode & 0o7777).toBe(0o1777);
});

test('what links lead to is not removed with the directories', async () => {
  const volumes = createDirectoryVolumes({ directory: join(base, 'volumes') });
  await volumes.ensure('web');
  await mkdir(join(base, 'elsewhere'));
  await writeFile(join(base, 'elsewhere', 'file'), 'mine');
  await symlink(join(base, 'elsewhere'), join(volumes.pathOf('web'), 'link'));
  await volumes.removeAll();
  await volumes.removeAll();
  expect(await readFile(join(base, 'elsewhere', 'file'), 'utf8')).toBe('mine');
  await expect(stat(join(base, 'volumes'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each(['..', '../x', 'a/b', '', '.', 'A', 'x'.repeat(64)])('%j is no name of a workload', (name) => {
  const volumes = createDirectoryVolumes({ directory: base });
  expect(() => volumes.pathOf(name)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }) as Error);
});

test('a link in the place of a directory is refused', async () => {
  const volumes = createDirectoryVolumes({ directory: base });
  await symlink('/tmp', join(base, 'web'));
  await expect(volumes.ensure('web')).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' });
});

test('a file where the directory should be is reported', async () => {
  await writeFile(join(base, 'file'), '');
  const volumes = createDirectoryVolumes({ directory: join(base, 'file') });
  await expect(volumes.ensure('web')).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' });
});
