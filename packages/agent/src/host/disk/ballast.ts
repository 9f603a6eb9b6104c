import { randomBytes } from 'node:crypto';
import { open, rm, stat, statfs, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { K4eError, errorText } from '@k4e/core';
import type { DiskRoom } from '@k4e/core/ports';

/** What is written at a time. */
const PIECE_BYTES = 1_048_576;

/** The room in a file that holds nothing else, and beside it. Rejects with `STATE_UNREADABLE` where its directory is not there. */
export async function lookForRoom(file: string): Promise<DiskRoom> {
  try {
    return { freeBytes: await freeBeside(file), heldBackBytes: await sizeOf(file) };
  } catch (cause) {
    throw new K4eError('STATE_UNREADABLE', { subject: file, message: errorText(cause), cause });
  }
}

/**
 * Makes such a file larger or smaller; of no size it is removed. Its directory has to be there. Rejects with
 * `STATE_UNWRITABLE` when less than its size would then be free, or the disk does not let it; then it is as before.
 */
export async function resizeBallast(file: string, sizeBytes: number): Promise<void> {
  const before = await sizeOf(file);
  try {
    if (sizeBytes === 0) await rm(file, { force: true });
    else if (sizeBytes < before) await truncate(file, sizeBytes);
    else await grow(file, before, sizeBytes);
  } catch (cause) {
    throw new K4eError('STATE_UNWRITABLE', { subject: file, message: errorText(cause), cause });
  }
}

async function grow(file: string, before: number, sizeBytes: number): Promise<void> {
  if (before === sizeBytes) return;
  if ((await freeBeside(file)) < sizeBytes - before + sizeBytes)
    throw new Error('there is too little room on the disk');
  const handle = await open(file, 'a', 0o600);
  try {
    // Zeros take no room where the file system compresses.
    const piece = randomBytes(PIECE_BYTES);
    for (let at = before; at < sizeBytes; at += PIECE_BYTES) {
      await handle.writeFile(piece.subarray(0, Math.min(PIECE_BYTES, sizeBytes - at)));
    }
  } catch (error) {
    await handle.truncate(before);
    throw error;
  } finally {
    await handle.close();
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

async function freeBeside(file: string): Promise<number> {
  const { bavail, bsize } = await statfs(dirname(file));
  return bavail * bsize;
}
