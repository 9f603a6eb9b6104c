import { open } from 'node:fs/promises';

/** Where the mark is: before the first partition, behind the table. In bytes. */
export const MARK_OFFSET = 1_048_576 - 4_096;
/** One sector of the disks that have the largest. */
export const MARK_BYTES = 4_096;

const WORDS = 'k4e: a data partition is being made on this disk, which was empty\n';

/**
 * The mark that a disk was empty before a data partition was begun on it. It is the first that is written, and goes when the
 * partition is in the table: whatever a power cut leaves in between is ours.
 */
function unfinishedMark(): Buffer {
  return Buffer.alloc(MARK_BYTES).fill(WORDS, 0, WORDS.length);
}

/** Writes the mark; resolves when it would outlive a power cut. */
export async function writeMark(disk: string): Promise<void> {
  await overwrite(disk, unfinishedMark());
}

/** Takes the mark away, if it is there. */
export async function removeMark(disk: string): Promise<void> {
  if (await hasMark(disk)) await overwrite(disk, Buffer.alloc(MARK_BYTES));
}

/** Whether a disk has the mark. */
export async function hasMark(disk: string): Promise<boolean> {
  const handle = await open(disk, 'r');
  try {
    const bytes = Buffer.alloc(MARK_BYTES);
    await handle.read(bytes, 0, MARK_BYTES, MARK_OFFSET);
    return bytes.equals(unfinishedMark());
  } finally {
    await handle.close();
  }
}

async function overwrite(disk: string, bytes: Buffer): Promise<void> {
  const handle = await open(disk, 'r+');
  try {
    await handle.write(bytes, 0, bytes.length, MARK_OFFSET);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
