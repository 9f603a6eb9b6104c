import { constants } from 'node:fs';
import { mkdir, open, opendir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from '../processes/index.ts';

const SUFFIX = '.pid';
const FILE_MODE = 0o644;
const DIRECTORY_MODE = 0o755;
/** Longest pid file that is read, in bytes; ours are a third of it. */
const MAX_PID_FILE_BYTES = 256;
/** Most pid files that are read. */
export const MAX_PID_FILES = 256;

/** A pid file: of a process, or of nobody knows what. */
export interface PidFile {
  readonly path: string;
  readonly process: ProcessIdentity | undefined;
}

/** The text of a pid file: the pid as everybody has it, then what tells it from others with that pid. */
export function formatPidFile({ pid, startTime, bootId }: ProcessIdentity): string {
  return `${pid}\n${startTime} ${bootId}\n`;
}

/** Reads what `formatPidFile` wrote; a pid alone is not enough to know a process by. */
export function parsePidFile(text: string): ProcessIdentity | undefined {
  const match = /^(\d{1,10})\n(\d{1,20}) ([0-9a-f-]{36})\n$/.exec(text);
  const [, pid, startTime, bootId] = match ?? [];
  if (pid === undefined || startTime === undefined || bootId === undefined || Number(pid) <= 1) return undefined;
  return { pid: Number(pid), startTime, bootId };
}

/** Notes the process of a worker; rejects as the system does. */
export async function writePidFile(directory: string, name: string, process: ProcessIdentity): Promise<void> {
  await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
  const path = join(directory, `${name}${SUFFIX}`);
  await rm(`${path}.new`, { force: true });
  await writeFile(`${path}.new`, formatPidFile(process), { mode: FILE_MODE, flag: 'wx' });
  await rename(`${path}.new`, path);
}

/** Forgets the process of a worker; of one that is not noted: nothing. */
export async function removePidFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** Where a worker's process is noted. */
export function pidFileOf(directory: string, name: string): string {
  return join(directory, `${name}${SUFFIX}`);
}

/** What is noted in a directory; nothing when there is none. Never rejects. */
export async function readPidFiles(directory: string): Promise<readonly PidFile[]> {
  const found: PidFile[] = [];
  try {
    for await (const { name } of await opendir(directory)) {
      const path = join(directory, name);
      if (name.endsWith(SUFFIX)) found.push({ path, process: parsePidFile(await readBounded(path)) });
      if (found.length >= MAX_PID_FILES) break;
    }
  } catch {
    // A directory that is missing or cannot be read names no process.
  }
  return found;
}

/** Never waits at a pipe, never follows a link. */
async function readBounded(path: string): Promise<string> {
  try {
    await using handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(MAX_PID_FILE_BYTES), 0, MAX_PID_FILE_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } catch {
    return '';
  }
}
