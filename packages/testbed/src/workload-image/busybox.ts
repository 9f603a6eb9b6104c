import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PLATFORM, findPart, findProgram, openPartCache, isRoot } from '../parts/index.ts';
import type { Attempt, FoundPart, PartContext } from '../parts/index.ts';
import { runChecked } from '../processes/index.ts';

/** A busybox that needs no libraries: the one on this machine, or the program of Debian's package `busybox-static`, which is not installed for it. */
export async function findStaticBusybox(context: PartContext): Promise<FoundPart> {
  const cache = openPartCache(context.environment.cacheDirectory, context.progress);
  const key = `busybox-static-${PLATFORM}`;
  return findPart(
    'static busybox',
    [
      { way: 'installed', attempt: installedBusybox },
      { way: 'cached', attempt: async () => found(await cache.find(key), `no ${key}`) },
      { way: 'built', attempt: async () => found(await cache.findOrMake(key, unpackPackage), '') },
    ],
    context,
  );
}

async function installedBusybox(): Promise<Attempt> {
  const path = await findProgram({ program: 'busybox', package: 'busybox-static' });
  if (path === undefined) return { missed: 'no busybox' };
  return (await isStatic(path)) ? { found: path, from: path } : { missed: `${path} needs libraries` };
}

function found(path: string | undefined, otherwise: string): Attempt {
  return path === undefined ? { missed: otherwise } : { found: path, from: path };
}

async function unpackPackage(output: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'k4e-busybox-'));
  try {
    if (isRoot()) await runChecked(['apt-get', 'update']);
    await runChecked(['apt-get', 'download', 'busybox-static'], { cwd: directory });
    const [archive = ''] = await readdir(directory);
    await runChecked(['dpkg-deb', '--extract', join(directory, archive), join(directory, 'root')]);
    const candidates = [join(directory, 'root/bin/busybox'), join(directory, 'root/usr/bin/busybox')];
    for (const candidate of candidates) {
      await runChecked(['cp', candidate, output]).catch(() => undefined);
    }
    if (!(await isStatic(output))) throw new Error('the package busybox-static has no static busybox');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const PROGRAM_HEADER_OFFSET_AT = 32;
const PROGRAM_HEADER_SIZE_AT = 54;
const PROGRAM_HEADER_COUNT_AT = 56;
const INTERPRETER_SEGMENT = 3;
const HEADERS_READ_BYTES = 4096;

/** Whether a 64-bit little-endian ELF program names no interpreter (`PT_INTERP`), and so loads no libraries. */
export async function isStatic(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADERS_READ_BYTES), 0, HEADERS_READ_BYTES, 0);
    const isElf64 =
      bytesRead > PROGRAM_HEADER_COUNT_AT &&
      buffer.readUInt32BE(0) === 0x7f454c46 &&
      buffer[4] === 2 &&
      buffer[5] === 1;
    if (!isElf64) return false;
    const offset = Number(buffer.readBigUInt64LE(PROGRAM_HEADER_OFFSET_AT));
    const size = buffer.readUInt16LE(PROGRAM_HEADER_SIZE_AT);
    const count = buffer.readUInt16LE(PROGRAM_HEADER_COUNT_AT);
    if (offset + size * count > bytesRead) return false;
    return Array.from({ length: count }, (_, index) => buffer.readUInt32LE(offset + index * size)).every(
      (type) => type !== INTERPRETER_SEGMENT,
    );
  } finally {
    await file.close();
  }
}
