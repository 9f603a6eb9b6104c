import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDiskContract } from '@k4e/conformance';
import { expect, test } from 'vitest';
import { createLinuxDisk } from './index.ts';

describeDiskContract('createLinuxDisk', {
  async createSubject() {
    const directory = await temporaryDirectory();
    return {
      disk: createLinuxDisk(),
      directory: directory.path,
      dispose: async () => directory[Symbol.asyncDispose](),
    };
  },
});

test.each([
  ['is not there', 'k4e-no-such-program'],
  ['fails', 'false'],
])('a program that %s is STATE_UNWRITABLE', async (_what, program) => {
  await expect(createLinuxDisk({ program }).sync(tmpdir())).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' });
});

test('a program that hangs is ended when the signal fires', async () => {
  await using directory = await temporaryDirectory();
  const program = join(directory.path, 'hangs');
  await writeFile(program, `#!${process.execPath}\nsetInterval(() => undefined, 60_000);\n`, { mode: 0o755 });
  const syncing = createLinuxDisk({ program }).sync(directory.path, { signal: AbortSignal.timeout(200) });
  await expect(syncing).rejects.toMatchObject({ code: 'ABORTED' });
});

async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'k4e-disk-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
