import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAX_PID_FILES, formatPidFile, parsePidFile, readPidFiles, writePidFile } from './pid-files.ts';

const identity = { pid: 4_711, startTime: '123456', bootId: '01234567-89ab-cdef-0123-456789abcdef' };
let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'k4e-pids-'))));
afterEach(() => rm(directory, { recursive: true }));

test('what is written is read', async () => {
  await writePidFile(directory, 'a-worker', { ...identity, pid: 1_234 });
  await writePidFile(directory, 'a-worker', identity);
  expect(await readdir(directory)).toEqual(['a-worker.pid']);
  expect(await readPidFiles(directory)).toEqual([{ path: join(directory, 'a-worker.pid'), process: identity }]);
  expect(Number.parseInt(await readFile(join(directory, 'a-worker.pid'), 'utf8'))).toBe(4_711);
});

test.each([
  '',
  '4711',
  '4711\n',
  formatPidFile({ ...identity, pid: 0 }),
  formatPidFile({ ...identity, pid: 1 }),
  formatPidFile(identity).replace('4711', '-4711'),
  formatPidFile(identity).replace('4711', '99999999999'),
  `${formatPidFile(identity)}x`,
  formatPidFile(identity).slice(0, -2),
])('%j names no process', (text) => {
  expect(parsePidFile(text)).toBeUndefined();
});

test(`${MAX_PID_FILES} pid files are read`, async () => {
  for (let i = 0; i <= MAX_PID_FILES; i++) await writeFile(join(directory, `${i}.pid`), '');
  expect(await readPidFiles(directory)).toHaveLength(MAX_PID_FILES);
});

test('what is no file of ours is no obstacle', async () => {
  await mkdir(join(directory, 'a.pid'));
  await symlink('/dev/zero', join(directory, 'b.pid'));
  await writeFile(join(directory, 'c.pid'), 'x'.repeat(1_000_000));
  await writeFile(join(directory, 'd.txt'), formatPidFile(identity));
  const found = await readPidFiles(directory);
  expect(found.map(({ process }) => process)).toEqual([undefined, undefined, undefined]);
  expect(await readPidFiles(join(directory, 'none'))).toEqual([]);
});
