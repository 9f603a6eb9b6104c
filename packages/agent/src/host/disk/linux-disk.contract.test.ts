import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDiskContract } from '@k4e/conformance';
import { expect, test } from 'vitest';
import { createLinuxDisk } from './index.ts';

const BALLAST = '/nowhere/ballast';

describeDiskContract('createLinuxDisk', {
  async createSubject() {
    const directory = await temporaryDirectory();
    return {
      disk: createLinuxDisk({ ballast: join(directory.path, 'ballast') }),
      directory: directory.path,
      dispose: async () => directory[Symbol.asyncDispose](),
    };
  },
});

test.each([
  ['is not there', 'k4e-no-such-program'],
  ['fails', 'false'],
])('a program that %s is STATE_UNWRITABLE', async (_what, program) => {
  await expect(createLinuxDisk({ ballast: BALLAST, program }).sync(tmpdir())).rejects.toMatchObject({
    code: 'STATE_UNWRITABLE',
  });
});

test('a program that hangs is ended when the signal fires', async () => {
  await using directory = await temporaryDirectory();
  const program = join(directory.path, 'hangs');
  await writeFile(program, `#!${process.execPath}\nsetInterval(() => undefined, 60_000);\n`, { mode: 0o755 });
  const syncing = createLinuxDisk({ ballast: BALLAST, program }).sync(directory.path, {
    signal: AbortSignal.timeout(200),
  });
  await expect(syncing).rejects.toMatchObject({ code: 'ABORTED' });
});

test('what is held back is a file of that size which nobody else reads, and no file when it is nothing', async () => {
  await using directory = await temporaryDirectory();
  const ballast = join(directory.path, 'ballast');
  const disk = createLinuxDisk({ ballast });
  await disk.holdBack(3_000_000);
  const { size, blocks, mode } = await stat(ballast);
  expect({ size, mode: mode & 0o777 }).toEqual({ size: 3_000_000, mode: 0o600 });
  expect(blocks * 512).toBeGreaterThanOrEqual(3_000_000);
  await disk.holdBack(0);
  expect(await readdir(directory.path)).toEqual([]);
});

test('nothing is held back in a directory that is not there', async () => {
  const disk = createLinuxDisk({ ballast: BALLAST });
  await expect(disk.holdBack(1)).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' });
  await expect(disk.room()).rejects.toMatchObject({ code: 'STATE_UNREADABLE' });
});

async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'k4e-disk-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
