import { constants } from 'node:fs';
import { access, open, opendir, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MAX_HARDWARE_ITEMS, MAX_SHORT_TEXT } from '@k4e/core/protocol';

/** Most bytes that are read of a file unless the caller knows it to be larger: 64 KiB. */
export const DEFAULT_MAX_READ_BYTES = 65_536;

/**
 * What the kernel tells of the machine in files, below a root that tests can put elsewhere. Nothing here rejects: what is
 * missing, unreadable or empty is `undefined`. Everything read is bounded. Paths have no leading slash.
 */
export interface SystemFiles {
  /** The text of a file without the white space around it; at most `maxBytes` of it. */
  text(path: string, maxBytes?: number): Promise<string | undefined>;
  /** The first line of a file as a value for the wire: no control characters, at most `MAX_SHORT_TEXT` long. */
  value(path: string): Promise<string | undefined>;
  /** A file that holds one decimal integer. */
  integer(path: string): Promise<number | undefined>;
  /** The first bytes of a file, at most `maxBytes`. */
  bytes(path: string, maxBytes: number): Promise<Uint8Array | undefined>;
  /** The names in a directory, sorted, at most `MAX_HARDWARE_ITEMS`. */
  names(path: string): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
  /** The last part of what a symbolic link points to. */
  linkName(path: string): Promise<string | undefined>;
}

/** The files below `root`, which is `/` on a device. */
export function createSystemFiles(root: string): SystemFiles {
  const at = (path: string): string => join(root, path);
  const text = async (path: string, maxBytes = DEFAULT_MAX_READ_BYTES): Promise<string | undefined> => {
    const bytes = await missingWhenFailing(() => readBounded(at(path), maxBytes));
    return filled(bytes?.toString('utf8').trim());
  };
  const value = async (path: string): Promise<string | undefined> => wireValue(await text(path));
  return {
    text,
    value,
    integer: async (path) => toInteger(await value(path)),
    bytes: (path, maxBytes) => missingWhenFailing(() => readBounded(at(path), maxBytes)),
    names: async (path) => (await missingWhenFailing(() => listBounded(at(path)))) ?? [],
    exists: async (path) => (await missingWhenFailing(() => access(at(path)).then(() => true))) ?? false,
    linkName: async (path) => missingWhenFailing(async () => basename(await readlink(at(path)))),
  };
}

/** The first line of `text` as a value for the wire; `undefined` when nothing is left of it. */
export function wireValue(text: string | undefined): string | undefined {
  const line = text?.trim().split(/[\n\0]/, 1)[0];
  return filled(
    line
      ?.replace(/\p{Cc}/gu, '')
      .trim()
      .slice(0, MAX_SHORT_TEXT),
  );
}

function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** A safe decimal integer, or `undefined` for any other text. */
export function toInteger(text: string | undefined): number | undefined {
  const number = text !== undefined && /^-?\d+$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

async function missingWhenFailing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}

async function readBounded(path: string, maxBytes: number): Promise<Buffer> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const chunks: Buffer[] = [];
    for (let restBytes = maxBytes; restBytes > 0;) {
      const chunk = Buffer.alloc(Math.min(restBytes, DEFAULT_MAX_READ_BYTES));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) break;
      chunks.push(chunk.subarray(0, bytesRead));
      restBytes -= bytesRead;
    }
    return Buffer.concat(chunks);
  } finally {
    await handle.close();
  }
}

async function listBounded(path: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of await opendir(path)) {
    names.push(name);
    if (names.length >= MAX_HARDWARE_ITEMS) break;
  }
  return names.sort();
}
