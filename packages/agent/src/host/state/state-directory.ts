import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { K4eError } from '@k4e/core';

const DIRECTORY_MODE = 0o700;
const OTHERS_MAY_WRITE = 0o022;
const OTHERS_MAY_ANYTHING = 0o077;

/** How the name of a file that is being written begins: no document is called so. */
export const TEMPORARY_PREFIX = '.writing-';

/**
 * Makes `directory` one that only this user may look into: creates it durably when it is missing, takes rights of others
 * away, and removes what a crash left behind of unfinished writes. Throws `STATE_UNWRITABLE` when it is no directory of
 * ours, or a symbolic link.
 */
export async function prepareStateDirectory(directory: string): Promise<void> {
  const firstCreated = await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
  if (firstCreated !== undefined) await syncCreated(directory, firstCreated);
  const stats = await lstat(directory);
  const objection = objectionTo(stats);
  if (objection !== undefined) {
    throw new K4eError('STATE_UNWRITABLE', { subject: directory, message: objection, retry: 'never' });
  }
  if ((stats.mode & OTHERS_MAY_ANYTHING) !== 0) await chmod(directory, DIRECTORY_MODE);
  await removeLeftovers(directory);
}

/** Why the directory is not safe to keep state in; `undefined` when it is. */
export function objectionTo(stats: Stats): string | undefined {
  if (stats.isSymbolicLink()) return 'is a symbolic link; name the directory that it points to';
  if (!stats.isDirectory()) return 'is not a directory';
  if (stats.uid !== process.geteuid?.()) return `belongs to another user (uid ${stats.uid})`;
  if ((stats.mode & OTHERS_MAY_WRITE) !== 0) return 'may be written to by other users';
  return undefined;
}

/** Makes the entries of a directory durable: a rename or removal in it survives a power cut afterwards. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncCreated(directory: string, firstCreated: string): Promise<void> {
  for (let created = directory; ; created = dirname(created)) {
    await syncDirectory(dirname(created));
    if (created === firstCreated || created === dirname(created)) return;
  }
}

async function removeLeftovers(directory: string): Promise<void> {
  const names = await readdir(directory);
  const leftovers = names.filter((name) => name.startsWith(TEMPORARY_PREFIX));
  await Promise.all(leftovers.map((name) => unlink(join(directory, name)).catch(() => undefined)));
}
