import { pbkdf2 } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openExportFile } from './open-export-file.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'k4e-exports-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** Keeps the threads that read files busy: what is read now waits. */
const THREADS = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
const occupyThreads = (): Promise<unknown> =>
  Promise.all(
    Array.from({ length: THREADS }, () => new Promise((resolve) => pbkdf2('', '', 200_000, 64, 'sha512', resolve))),
  );

test('a file that is closed while it is read is closed after that', async () => {
  await writeFile(join(directory, 'a'), 'first');
  await writeFile(join(directory, 'b'), 'other');
  const before = (await readdir('/proc/self/fd')).length;
  const file = openExportFile({ directory, names: ['a'] });
  const busy = occupyThreads();
  const reading = file.read(0, 5);
  await file.close();
  const next = openExportFile({ directory, names: ['b'] });
  expect(Buffer.from(await reading).toString()).toBe('first');
  await Promise.all([busy, next.close(), file.close()]);
  expect(await readdir('/proc/self/fd')).toHaveLength(before);
});

test('a file that is closed is of no use any more', async () => {
  await writeFile(join(directory, 'a'), 'first');
  const file = openExportFile({ directory, names: ['a'] });
  await file.close();
  await expect(file.identify()).rejects.toMatchObject({ code: 'INTERNAL' });
  await expect(file.read(0, 1)).rejects.toMatchObject({ code: 'INTERNAL' });
});
