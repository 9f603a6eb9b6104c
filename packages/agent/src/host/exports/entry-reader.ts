import { opendirSync } from 'node:fs';
import type { Dir, Dirent } from 'node:fs';
import { RAW_NAME, descriptorPath } from './raw-name.ts';
import type { RawName } from './raw-name.ts';
import { isGone } from './system-error.ts';

/** Entries that are fetched from the kernel at once: what a directory costs in memory, whatever its size. */
const FETCHED_ENTRIES = 256;

/** What an entry of a directory was when the directory was read. */
export type EntryKind = 'file' | 'directory' | 'link' | 'other';

/** An entry of a directory. */
export interface Entry {
  readonly name: RawName;
  readonly kind: EntryKind;
}

/** Reads the entries of a directory one by one. */
export interface EntryReader {
  /** `undefined` at the end. */
  next(): Entry | undefined;
  /** Idempotent. */
  close(): void;
}

/**
 * Reads the directory that is open as `descriptor`, from its beginning. Throws what the system says.
 *
 * File systems that do not tell the kinds of entries make Node look at each, by a name that only whole bytes get right, and
 * fail for all that were fetched when one is gone. Such a directory is gone on with one entry at a time, and slowly.
 */
export function openEntries(descriptor: number): EntryReader {
  const path = descriptorPath(descriptor);
  let directory = opendirSync(path, { encoding: RAW_NAME, bufferSize: FETCHED_ENTRIES });
  let read = (): Entry | undefined => toEntry(directory.readSync());
  let count = 0;
  let isClosed = false;
  const readSingly = (): void => {
    directory.closeSync();
    // @ts-expect-error Node takes this encoding here as everywhere; its types do not know.
    directory = opendirSync(path, { encoding: 'buffer', bufferSize: 1 });
    read = () => readNext(directory);
    for (let skipped = 0; skipped < count; skipped++) read();
  };
  const next = (): Entry | undefined => {
    try {
      return read();
    } catch (error) {
      if (!isGone(error)) throw error;
      readSingly();
      return read();
    }
  };
  return {
    next() {
      const entry = next();
      if (entry !== undefined) count++;
      return entry;
    },
    close() {
      if (!isClosed) directory.closeSync();
      isClosed = true;
    },
  };
}

/** The next entry that is still there when Node looks at it. */
function readNext(directory: Dir): Entry | undefined {
  for (;;) {
    try {
      return toEntry(directory.readSync());
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

function toEntry(dirent: Dirent | null): Entry | undefined {
  if (dirent === null) return undefined;
  const name: unknown = dirent.name;
  return { name: Buffer.isBuffer(name) ? name.toString(RAW_NAME) : dirent.name, kind: kindOf(dirent) };
}

function kindOf(dirent: Dirent): EntryKind {
  if (dirent.isFile()) return 'file';
  if (dirent.isDirectory()) return 'directory';
  return dirent.isSymbolicLink() ? 'link' : 'other';
}
