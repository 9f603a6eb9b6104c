import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExportFilesSubject, SpecialKind } from '@k4e/conformance';
import { describeExportFilesContract } from '@k4e/conformance';
import { createSystemClock } from '@k4e/core/system';
import { createDirectoryExports } from './directory-exports.ts';

/** Only root may make devices. */
const SPECIALS: readonly SpecialKind[] = ['pipe', 'socket', ...(process.geteuid?.() === 0 ? ['device' as const] : [])];

async function createSubject(): Promise<ExportFilesSubject> {
  const base = await mkdtemp(join(tmpdir(), 'k4e-exports-'));
  const directory = join(base, 'volumes');
  const servers: Server[] = [];
  await mkdir(directory);
  /** The path of what is to be made, in a directory that is there. */
  const made = async (workload: string, path: string): Promise<string> => {
    const full = join(directory, workload, path);
    await mkdir(dirname(full), { recursive: true });
    return full;
  };
  return {
    files: createDirectoryExports({ directory, clock: createSystemClock() }),
    write: async (workload, path, content) => writeFile(await made(workload, path), content),
    append: async (workload, path, content) => appendFile(await made(workload, path), content),
    async replace(workload, path, content) {
      const full = await made(workload, path);
      await writeFile(join(base, 'next'), content);
      await rename(join(base, 'next'), full);
    },
    remove: (workload, path) => rm(join(directory, workload, path), { recursive: true, force: true }),
    link: async (workload, path, target) => symlink(target, await made(workload, path)),
    async makeDirectory(workload, path) {
      await mkdir(join(directory, workload, path), { recursive: true });
    },
    async makeSpecial(workload, path, kind) {
      const full = await made(workload, path);
      if (kind === 'pipe') execFileSync('mkfifo', [full]);
      if (kind === 'device') execFileSync('mknod', [full, 'c', '1', '5']);
      if (kind === 'socket') servers.push(await listenAt(full));
    },
    async makeUnnameable(workload, path) {
      const full = await made(workload, join(path, 'x'));
      await writeFile(Buffer.concat([Buffer.from(`${dirname(full)}/a-`), Buffer.from([0xff, 0xfe])]), '');
    },
    async failDisk(workload) {
      await rename(join(directory, workload), join(base, 'aside'));
      await writeFile(join(directory, workload), 'a file in its place');
      return async () => {
        await rm(join(directory, workload));
        await rename(join(base, 'aside'), join(directory, workload));
      };
    },
    openCount,
    async dispose() {
      for (const server of servers) server.close();
      await rm(base, { recursive: true });
    },
  };
}

/** Descriptors of this process, but for the one through which the kernel tells of changes, which Node keeps. */
function openCount(): number {
  const targets = readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      return 'anon_inode:inotify';
    }
  });
  return targets.filter((target) => target !== 'anon_inode:inotify').length;
}

async function listenAt(path: string): Promise<Server> {
  const server = createServer().listen(path);
  await once(server, 'listening');
  return server;
}

describeExportFilesContract('createDirectoryExports', { createSubject, specials: SPECIALS });
