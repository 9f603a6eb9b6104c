import { closeSync, constants, fstatSync, openSync, read } from 'node:fs';
import { K4eError } from '@k4e/core';
import type { CallOptions, OpenFile, ReadOptions } from '@k4e/core/ports';
import { createDescriptors } from './descriptors.ts';
import { openExportRoot } from './export-root.ts';
import { followNames } from './follow-names.ts';
import type { Followed } from './follow-names.ts';
import { descriptorPath, rawNameOf } from './raw-name.ts';
import { unreadable } from './system-error.ts';
import { identityOf } from './walk-batch.ts';

/** Without waiting: not at a pipe, nor for who holds a lease on the file. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Which file is opened. */
export interface OpenRequest {
  /** The export, as a path of the host. */
  readonly directory: string;
  /** From the export to the file. */
  readonly names: readonly string[];
}

/**
 * Opens a file, as `ExportFiles.open` says. What the names lead to is opened as a place first; when that is a regular file
 * within the export, this very file is opened for reading, whatever its name stands for by then.
 */
export function openExportFile({ directory, names }: OpenRequest, options: CallOptions = {}): OpenFile {
  throwIfAborted(options);
  const path = names.join('/');
  const descriptors = createDescriptors();
  try {
    const root = openExportRoot(descriptors, directory);
    if (root === undefined) throw notFound(path);
    const followed = followNames(descriptors, { root, trail: [root.descriptor] }, names.map(rawNameOf));
    const place = fileAmong(followed, path);
    return toOpenFile(openSync(descriptorPath(place), READ), path);
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    descriptors.closeAll();
  }
}

function throwIfAborted({ signal }: CallOptions): void {
  if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
}

function notFound(path: string): K4eError {
  return new K4eError('NOT_FOUND', { subject: path, message: 'there is no such file' });
}

function fileAmong(followed: Followed, path: string): number {
  if (followed.kind === 'place' && followed.stats.isFile()) return followed.descriptor;
  if (followed.kind === 'directory' || followed.kind === 'nothing') throw notFound(path);
  const message = followed.kind === 'refused' ? followed.reason : 'is not a regular file';
  throw new K4eError('INVALID_INPUT', { subject: path, message, retry: 'never' });
}

/**
 * Asks for the state of the file and closes it synchronously, as walks do: no disk is waited for, and a thread would cost many
 * times as much. What it reads may have to be waited for.
 */
function toOpenFile(descriptor: number, path: string): OpenFile {
  const readers = createReaders(descriptor);
  const call = async <T>(work: () => T | Promise<T>, options: CallOptions = {}): Promise<T> => {
    throwIfAborted(options);
    try {
      return await work();
    } catch (error) {
      throw unreadable(path, error);
    }
  };
  return {
    identify: (options) => call(() => identityOf(fstatSync(readers.descriptor())), options),
    read: (offset, lengthBytes, options) => call(() => readFully(readers, offset, lengthBytes, options), options),
    close: () => Promise.resolve(readers.close()),
  };
}

/** Who reads from a descriptor, whose number may be another file's as soon as it is closed. */
interface Readers {
  /** Throws once it is closed. */
  descriptor(): number;
  begin(): void;
  end(): void;
  /** Closes it after the last who reads. */
  close(): void;
}

function createReaders(descriptor: number): Readers {
  let reading = 0;
  let isWanted = true;
  let isClosed = false;
  const closeIfIdle = (): void => {
    if (isWanted || isClosed || reading > 0) return;
    isClosed = true;
    closeQuietly(descriptor);
  };
  return {
    descriptor() {
      if (!isWanted) throw new K4eError('INTERNAL', { message: 'the file is closed', retry: 'never' });
      return descriptor;
    },
    begin: () => void (reading += 1),
    end() {
      reading -= 1;
      closeIfIdle();
    },
    close() {
      isWanted = false;
      closeIfIdle();
    },
  };
}

function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // It was only read from, and Linux has closed it all the same.
  }
}

async function readFully(
  readers: Readers,
  offset: number,
  lengthBytes: number,
  { into }: ReadOptions = {},
): Promise<Uint8Array> {
  const descriptor = readers.descriptor();
  const bytes = into?.subarray(0, lengthBytes) ?? Buffer.allocUnsafe(lengthBytes);
  readers.begin();
  try {
    let filled = 0;
    while (filled < lengthBytes) {
      const count = await readOnce(descriptor, bytes.subarray(filled), offset + filled);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  } finally {
    readers.end();
  }
}

function readOnce(descriptor: number, into: Uint8Array, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, into, 0, into.byteLength, offset, (error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}
