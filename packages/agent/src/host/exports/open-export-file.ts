import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { K4eError } from '@k4e/core';
import type { CallOptions, OpenFile } from '@k4e/core/ports';
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
export async function openExportFile({ directory, names }: OpenRequest, options: CallOptions = {}): Promise<OpenFile> {
  throwIfAborted(options);
  const path = names.join('/');
  const descriptors = createDescriptors();
  try {
    const root = openExportRoot(descriptors, directory);
    if (root === undefined) throw notFound(path);
    const followed = followNames(descriptors, { root, trail: [root.descriptor] }, names.map(rawNameOf));
    const place = fileAmong(followed, path);
    return toOpenFile(await open(descriptorPath(place), READ), path);
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

function toOpenFile(handle: FileHandle, path: string): OpenFile {
  const call = async <T>(work: () => Promise<T>, options: CallOptions = {}): Promise<T> => {
    throwIfAborted(options);
    return work().catch((error: unknown) => {
      throw unreadable(path, error);
    });
  };
  return {
    identify: (options) => call(async () => identityOf(await handle.stat()), options),
    read: (offset, lengthBytes, options) => call(() => readFully(handle, offset, lengthBytes), options),
    close: () => handle.close().catch(() => undefined),
  };
}

async function readFully(handle: FileHandle, offset: number, lengthBytes: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(lengthBytes);
  let filled = 0;
  while (filled < lengthBytes) {
    const { bytesRead } = await handle.read(bytes, filled, lengthBytes - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
