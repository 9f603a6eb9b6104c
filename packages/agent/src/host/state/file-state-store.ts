import { constants } from 'node:fs';
import { lstat, open, rename, unlink } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { K4eError, createSerialQueue, errorCode, errorText, systemCode } from '@k4e/core';
import type { StateStore } from '@k4e/core/ports';
import { MAX_STATE_DOCUMENT_BYTES, checkStateDocument } from '@k4e/core/ports';
import { TEMPORARY_PREFIX, objectionTo, prepareStateDirectory, syncDirectory } from './state-directory.ts';
import { STATE_HEADER_BYTES, decodeStateDocument, encodeStateDocument } from './state-document.ts';

const FILE_MODE = 0o600;
const LARGEST_FILE_BYTES = STATE_HEADER_BYTES + MAX_STATE_DOCUMENT_BYTES;

/** Where a file state store keeps its documents. */
export interface FileStateStoreOptions {
  /**
   * An absolute path, for this store alone. Created when it is missing (mode 0700, files 0600); refused when it is a
   * symbolic link, belongs to somebody else, or others may write to it.
   */
  readonly directory: string;
}

/** Where below the agent's state directory its documents are. */
export function stateDocumentsOf(stateDir: string): string {
  return join(stateDir, 'state');
}

/** Where a gateway keeps its documents, apart from those of a worker of ours. */
export function gatewayDocumentsOf(stateDir: string): string {
  return join(stateDir, 'gateway');
}

/**
 * A `StateStore` of one file a document. A write goes to a temporary file, is synced, takes the place of the old file in
 * one step, and the directory is synced: at every moment a whole document is there.
 */
export function createFileStateStore({ directory }: FileStateStoreOptions): StateStore {
  if (!isAbsolute(directory)) throw new K4eError('INVALID_INPUT', { subject: directory, message: 'is not absolute' });
  const queue = createSerialQueue();
  let isPrepared = false;
  const prepare = async (): Promise<void> => {
    if (!isPrepared) await prepareStateDirectory(directory);
    isPrepared = true;
  };
  const change = (name: string, work: () => Promise<void>, signal: AbortSignal | undefined): Promise<void> =>
    queue.run(
      () =>
        work().catch((error: unknown) => {
          isPrepared = false;
          throw unwritable(name, error);
        }),
      { signal },
    );
  return {
    async read(name, { signal } = {}) {
      checkStateDocument(name);
      return queue.run(() => readDocument(directory, name), { signal });
    },
    async write(name, bytes, { signal } = {}) {
      checkStateDocument(name, bytes);
      const stored = encodeStateDocument(bytes);
      return change(name, () => prepare().then(() => replaceFile(directory, name, stored)), signal);
    },
    async remove(name, { signal } = {}) {
      checkStateDocument(name);
      return change(name, () => removeFile(directory, name), signal);
    },
  };
}

async function readDocument(directory: string, name: string): Promise<Uint8Array | undefined> {
  const stored = await readStored(directory, name).catch((error: unknown) => {
    if (errorCode(error) !== undefined) throw error;
    if (systemCode(error) === 'ENOENT') return undefined;
    if (systemCode(error) === 'ELOOP') throw corrupt(name, 'it is a symbolic link');
    throw new K4eError('STATE_UNREADABLE', { subject: name, message: errorText(error), cause: error });
  });
  if (stored === undefined) return undefined;
  const decoded = decodeStateDocument(stored);
  if (decoded.kind === 'damaged') throw corrupt(name, decoded.reason);
  return decoded.content;
}

/** Never waits at a pipe, never follows a link, never reads more than a document can be. */
async function readStored(directory: string, name: string): Promise<Uint8Array> {
  const objection = objectionTo(await lstat(directory));
  if (objection !== undefined) {
    throw new K4eError('STATE_UNREADABLE', { subject: directory, message: objection, retry: 'never' });
  }
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(join(directory, name), flags);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw corrupt(name, 'it is not a file');
    if (stats.size > LARGEST_FILE_BYTES) throw corrupt(name, 'it is larger than a document can be');
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

async function replaceFile(directory: string, name: string, stored: Uint8Array): Promise<void> {
  const temporary = join(directory, `${TEMPORARY_PREFIX}${name}-${process.pid}`);
  try {
    await writeNewFile(temporary, stored);
    await rename(temporary, join(directory, name));
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncDirectory(directory);
}

async function writeNewFile(path: string, stored: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', FILE_MODE);
  try {
    await handle.writeFile(stored);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeFile(directory: string, name: string): Promise<void> {
  try {
    await unlink(join(directory, name));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  await syncDirectory(directory);
}

function corrupt(name: string, reason: string): K4eError {
  return new K4eError('STATE_CORRUPT', { subject: name, message: reason, retry: 'never' });
}

function unwritable(name: string, error: unknown): unknown {
  if (errorCode(error) !== undefined) return error;
  return new K4eError('STATE_UNWRITABLE', { subject: name, message: errorText(error), cause: error });
}
