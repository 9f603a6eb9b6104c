import { mkdir, mkdtemp, readFile, rename, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StateStoreSubject } from '@k4e/conformance';
import { describeStateStoreContract } from '@k4e/conformance';
import { createFileStateStore } from './file-state-store.ts';
import { STATE_HEADER_BYTES } from './state-document.ts';

const DAMAGES: ReadonlyMap<string, (path: string) => Promise<void>> = new Map([
  ['cut to nothing', (path) => truncate(path, 0)],
  ['cut within its header', (path) => truncate(path, 20)],
  ['cut at the end of its header', (path) => truncate(path, STATE_HEADER_BYTES)],
  ['cut by one byte', async (path) => truncate(path, (await readFile(path)).byteLength - 1)],
  ['filled with zeros', async (path) => writeFile(path, Buffer.alloc((await readFile(path)).byteLength))],
  ['zeros after its header', async (path) => writeFile(path, (await readFile(path)).fill(0, STATE_HEADER_BYTES))],
  ['a byte too many', (path) => writeFile(path, 'x', { flag: 'a' })],
  ['edited by hand', (path) => writeFile(path, '{"edited":true}')],
  ['huge', (path) => truncate(path, 1_000_000_000)],
  ['replaced by a symbolic link', (path) => unlink(path).then(() => symlink('/etc/passwd', path))],
]);

async function createSubject(): Promise<StateStoreSubject> {
  const parent = await mkdtemp(join(tmpdir(), 'k4e-state-'));
  const directory = join(parent, 'deep', 'state');
  const aside = join(parent, 'aside');
  return {
    store: createFileStateStore({ directory }),
    reopen: () => createFileStateStore({ directory }),
    damage: async (name, way) => DAMAGES.get(way)?.(join(directory, name)),
    failWrites: async () => {
      await mkdir(directory, { recursive: true });
      await rename(directory, aside);
      await writeFile(directory, 'in the way');
      return () => unlink(directory).then(() => rename(aside, directory));
    },
    dispose: () => rm(parent, { recursive: true }),
  };
}

describeStateStoreContract('createFileStateStore', { createSubject, damages: [...DAMAGES.keys()] });
