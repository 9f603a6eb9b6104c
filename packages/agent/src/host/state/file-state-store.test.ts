import { chmod, chown, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '@k4e/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFileStateStore } from './file-state-store.ts';
import { TEMPORARY_PREFIX } from './state-directory.ts';

const BYTES = new TextEncoder().encode('bytes');
const PERMISSIONS = 0o7777;

let parent: string;
let directory: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'k4e-state-'));
  directory = join(parent, 'state');
});
afterEach(() => rm(parent, { recursive: true }));

const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & PERMISSIONS;

test('only the user may look: the directory is 0700, files are 0600', async () => {
  await createFileStateStore({ directory }).write('config', BYTES);
  expect(await modeOf(directory)).toBe(0o700);
  expect(await modeOf(join(directory, 'config'))).toBe(0o600);
});

test('a directory that others may read loses that right', async () => {
  await mkdir(directory, { mode: 0o755 });
  await createFileStateStore({ directory }).write('config', BYTES);
  expect(await modeOf(directory)).toBe(0o700);
});

test('reading creates nothing', async () => {
  expect(await createFileStateStore({ directory }).read('config')).toBeUndefined();
  expect(await readdir(parent)).toEqual([]);
});

test('what a crash left of an unfinished write is removed, other files stay', async () => {
  await mkdir(directory);
  await writeFile(join(directory, `${TEMPORARY_PREFIX}config-${process.pid}`), 'half a docu');
  await writeFile(join(directory, `${TEMPORARY_PREFIX}other-1`), 'half a docu');
  await writeFile(join(directory, 'notes.txt'), 'not ours');
  await createFileStateStore({ directory }).write('config', BYTES);
  expect((await readdir(directory)).sort()).toEqual(['config', 'notes.txt']);
});

test('a write leaves no temporary file, and replaces a symbolic link instead of following it', async () => {
  const store = createFileStateStore({ directory });
  await store.write('other', BYTES);
  const target = join(parent, 'target');
  await writeFile(target, 'precious');
  await symlink(target, join(directory, 'config'));
  await store.write('config', BYTES);
  expect(await readFile(target, 'utf8')).toBe('precious');
  expect(await store.read('config')).toEqual(BYTES);
  expect((await readdir(directory)).sort()).toEqual(['config', 'other']);
});

test.each([
  ['a symbolic link', async () => symlink(parent, directory), 'symbolic link'],
  ['a file', async () => writeFile(directory, ''), 'EEXIST|not a directory'],
  ['open to all', async () => mkdir(directory).then(() => chmod(directory, 0o777)), 'written to by other users'],
])('a directory that is %s is refused, by reading and by writing', async (_what, plant, words) => {
  await plant();
  const store = createFileStateStore({ directory });
  const write = await failure(store.write('config', BYTES));
  expect(errorCode(write)).toBe('STATE_UNWRITABLE');
  expect(String(write)).toMatch(new RegExp(words));
  expect(errorCode(await failure(store.read('config')))).toBe('STATE_UNREADABLE');
});

test.runIf(process.geteuid?.() === 0)('a directory of another user is refused (needs root)', async () => {
  await mkdir(directory);
  await chown(directory, 65_534, 65_534);
  const store = createFileStateStore({ directory });
  expect(String(await failure(store.write('config', BYTES)))).toContain('belongs to another user (uid 65534)');
  expect(errorCode(await failure(store.read('config')))).toBe('STATE_UNREADABLE');
});

test('a document that is a directory is damaged, and cannot be overwritten', async () => {
  const store = createFileStateStore({ directory });
  await store.write('other', BYTES);
  await mkdir(join(directory, 'config'));
  expect(errorCode(await failure(store.read('config')))).toBe('STATE_CORRUPT');
  expect(errorCode(await failure(store.write('config', BYTES)))).toBe('STATE_UNWRITABLE');
  expect((await readdir(directory)).sort()).toEqual(['config', 'other']);
});

test('the directory is made anew when somebody removed it while the agent ran', async () => {
  const store = createFileStateStore({ directory });
  await store.write('config', BYTES);
  await rm(directory, { recursive: true });
  expect(await store.read('config')).toBeUndefined();
  expect(errorCode(await failure(store.write('config', BYTES)))).toBe('STATE_UNWRITABLE');
  await store.write('config', BYTES);
  expect(await store.read('config')).toEqual(BYTES);
});

test('a relative directory is a defect of the caller', () => {
  expect(() => createFileStateStore({ directory: 'state' })).toThrow('not absolute');
});
