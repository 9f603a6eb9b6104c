import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { K4eError, errorText } from '@k4e/core';
import type { CallOptions, Disk } from '@k4e/core/ports';
import { lookForRoom, resizeBallast } from './ballast.ts';
import { readBootId } from './boot-id.ts';

/** How the disk is reached. */
export interface LinuxDiskOptions {
  /** The file that holds room back, in a directory that is there. */
  readonly ballast: string;
  /** The program that syncs file systems, as coreutils and busybox have it. Default `sync`. */
  readonly program?: string;
}

const run = promisify(execFile);

/** Creates the disks of this machine as a port. */
export function createLinuxDisk({ ballast, program = 'sync' }: LinuxDiskOptions): Disk {
  return {
    bootId: () =>
      readBootId().catch((cause: unknown) => {
        throw new K4eError('STATE_UNREADABLE', { subject: 'boot id', message: errorText(cause), cause });
      }),
    sync: (directory, { signal } = {}) => syncFileSystem(program, directory, signal === undefined ? {} : { signal }),
    room: () => lookForRoom(ballast),
    holdBack: (sizeBytes) => resizeBallast(ballast, sizeBytes),
  };
}

async function syncFileSystem(program: string, directory: string, { signal }: CallOptions): Promise<void> {
  const isThere = await stat(directory).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isThere) throw new K4eError('NOT_FOUND', { subject: directory, message: 'there is no such directory' });
  try {
    await run(program, ['-f', directory], { signal });
  } catch (cause) {
    if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
    throw new K4eError('STATE_UNWRITABLE', { subject: directory, message: errorText(cause), cause });
  }
}
