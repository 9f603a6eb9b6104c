import { constants } from 'node:fs';
import { access, open, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText, systemCode } from '@k4e/core';

/** Most workers that a directory gives; those with the first names. */
export const MAX_WORKER_FILES = 16;
/** Most entries of the directory that are looked at. */
export const MAX_DIRECTORY_ENTRIES = 1_024;
/** How the name of a worker ends (wire). */
const WORKER_SUFFIX = 'worker';
const OTHERS_MAY_WRITE = 0o022;
/** How the programs begin that Linux runs. */
const ELF = Buffer.from('\x7fELF', 'latin1');
const SCRIPT = Buffer.from('#!');

/** A program that is a worker. */
export interface WorkerFile {
  /** Name in its directory. */
  readonly name: string;
  readonly path: string;
  /** Its command line, without the path. Default: nothing. */
  readonly args?: readonly string[];
  /** Another one for each content that the file has had: a worker runs what is there. */
  readonly version: string;
}

/** What a directory holds. */
export interface WorkerFiles {
  /** By name. */
  readonly files: readonly WorkerFile[];
  /** Why other files, or the directory, are no use; by path. */
  readonly objections: readonly string[];
}

/**
 * The workers in a directory: files whose names end in `worker` (wire). They have to be programs that the kernel runs by
 * itself, that belong to us or to root, and that nobody else may write. Never rejects; `undefined` when the directory cannot be read for another reason than
 * that it is missing: then nothing is known.
 */
export async function findWorkerFiles(directory: string): Promise<WorkerFiles | undefined> {
  let names: readonly string[];
  try {
    names = await listNames(directory);
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? { files: [], objections: [] } : undefined;
  }
  const looks = await Promise.all(names.slice(0, MAX_WORKER_FILES).map((name) => look(directory, name)));
  const left = names.slice(MAX_WORKER_FILES).map((name) => `${join(directory, name)}: more than ${MAX_WORKER_FILES}`);
  return {
    files: looks.filter((found) => typeof found === 'object'),
    objections: [...looks.filter((found) => typeof found === 'string'), ...left],
  };
}

async function listNames(directory: string): Promise<readonly string[]> {
  const names: string[] = [];
  let count = 0;
  for await (const { name } of await opendir(directory)) {
    if (name.endsWith(WORKER_SUFFIX) && !name.startsWith('.')) names.push(name);
    if (++count >= MAX_DIRECTORY_ENTRIES) break;
  }
  return names.sort();
}

async function look(directory: string, name: string): Promise<WorkerFile | string | undefined> {
  const path = join(directory, name);
  try {
    const stats = await stat(path, { bigint: true });
    if (!stats.isFile()) return `${path}: it is not a file`;
    const uid = process.getuid?.() ?? 0;
    const isOurs = stats.uid === 0n || stats.uid === BigInt(uid);
    if (!isOurs || (Number(stats.mode) & OTHERS_MAY_WRITE) !== 0) return `${path}: others may write it`;
    await access(path, constants.X_OK);
    if (!(await isProgram(path))) return `${path}: it is no program: neither ELF nor a script with #!`;
    return { name, path, version: [stats.dev, stats.ino, stats.size, stats.mtimeNs].join(':') };
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? undefined : errorText(error);
  }
}

/** Whether the kernel can run it. What it cannot, the C library gives to a shell. */
async function isProgram(path: string): Promise<boolean> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(ELF.length), 0, ELF.length, 0);
    const begin = buffer.subarray(0, bytesRead);
    return begin.equals(ELF) || begin.subarray(0, SCRIPT.length).equals(SCRIPT);
  } finally {
    await file.close();
  }
}
