import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAX_DIRECTORY_ENTRIES, MAX_WORKER_FILES, findWorkerFiles } from './worker-files.ts';

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'k4e-workers-'))));
afterEach(() => rm(directory, { recursive: true }));

async function plant(name: string, mode = 0o755, content: string | Buffer = '#!/bin/true\n'): Promise<void> {
  await writeFile(join(directory, name), content);
  await chmod(join(directory, name), mode);
}

test('workers are the programs whose names end so', async () => {
  await Promise.all(
    ['b-worker', 'aworker', 'worker', 'worker.toml', 'worker-b', '.c-worker'].map((name) => plant(name)),
  );
  await symlink(join(directory, 'worker.toml'), join(directory, 'linked-worker'));
  const found = await findWorkerFiles(directory);
  expect(found?.files.map(({ name }) => name)).toEqual(['aworker', 'b-worker', 'linked-worker', 'worker']);
  expect(found?.objections).toEqual([]);
});

test('what others may write, is no file or no program is objected to, and what is gone is not', async () => {
  await plant('a-worker', 0o775);
  await plant('b-worker', 0o757);
  await plant('c-worker', 0o644);
  await mkdir(join(directory, 'd-worker'));
  await symlink('/nowhere', join(directory, 'e-worker'));
  const found = await findWorkerFiles(directory);
  expect(found?.files).toEqual([]);
  expect(found?.objections).toEqual([
    expect.stringMatching(/a-worker: others may write/),
    expect.stringMatching(/b-worker: others may write/),
    expect.stringMatching(/c-worker/),
    expect.stringMatching(/d-worker: it is not a file/),
  ]);
});

test('what the kernel cannot run by itself is objected to: a shell would be asked', async () => {
  await plant('a-worker', 0o755, Buffer.from('7f454c4602', 'hex'));
  await plant('b-worker', 0o755, 'rm -rf /tmp/x\n');
  await plant('c-worker', 0o755, '#');
  await plant('d-worker', 0o755, '');
  const found = await findWorkerFiles(directory);
  expect(found?.files.map(({ name }) => name)).toEqual(['a-worker']);
  expect(found?.objections).toEqual(
    ['b', 'c', 'd'].map((name) => expect.stringContaining(`${name}-worker: it is no program`) as string),
  );
});

test('a file that was written anew has another version', async () => {
  await plant('a-worker');
  const before = await findWorkerFiles(directory);
  await writeFile(join(directory, 'a-worker'), '#!/bin/false\n');
  const after = await findWorkerFiles(directory);
  expect(after?.files[0]?.version).not.toBe(before?.files[0]?.version);
});

test(`${MAX_WORKER_FILES} workers are taken, one more is not`, async () => {
  for (let i = 0; i <= MAX_WORKER_FILES; i++) await plant(`${String(i).padStart(3, '0')}-worker`);
  const found = await findWorkerFiles(directory);
  expect(found?.files).toHaveLength(MAX_WORKER_FILES);
  expect(found?.objections).toEqual([expect.stringMatching(/016-worker: more than 16/)]);
});

test(`${MAX_DIRECTORY_ENTRIES} entries are looked at`, async () => {
  for (let i = 0; i < MAX_DIRECTORY_ENTRIES + 10; i++) await plant(`${i}-worker`);
  const found = await findWorkerFiles(directory);
  expect((found?.files.length ?? 0) + (found?.objections.length ?? 0)).toBe(MAX_DIRECTORY_ENTRIES);
});

test('a directory that is missing has none; of one that cannot be read nothing is known', async () => {
  expect(await findWorkerFiles(join(directory, 'none'))).toEqual({ files: [], objections: [] });
  await plant('file');
  expect(await findWorkerFiles(join(directory, 'file'))).toBeUndefined();
});
