import { K4eError } from '../foundation/index.ts';
import type { Disk } from '../ports/index.ts';

/** A disk in memory, of a machine that can be started anew. */
export interface MemoryDisk extends Disk {
  /** The machine stops, however, and starts again. */
  reboot(): void;
  /** The directories that were synced, in order. */
  syncs(): readonly string[];
  /** From now on syncing rejects with `STATE_UNWRITABLE`, or no longer does. */
  failSyncs(areFailing: boolean): void;
  /** From now on there is so much room, in bytes, besides what is held back. Without a call it is 1 GiB. */
  setRoom(sizeBytes: number): void;
}

/** Creates a disk. `directories` are those that are there. */
export function createMemoryDisk(directories: readonly string[]): MemoryDisk {
  const synced: string[] = [];
  let boots = 1;
  let areFailing = false;
  let roomBytes = 2 ** 30;
  let heldBackBytes = 0;
  return {
    bootId: () => Promise.resolve(`boot-${boots}`),
    sync: async (directory, { signal } = {}) => {
      await Promise.resolve();
      if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
      if (!directories.includes(directory)) throw new K4eError('NOT_FOUND', { subject: directory });
      if (areFailing) throw new K4eError('STATE_UNWRITABLE', { subject: directory });
      synced.push(directory);
    },
    room: () => Promise.resolve({ freeBytes: roomBytes, heldBackBytes }),
    holdBack: async (sizeBytes) => {
      const moreBytes = sizeBytes - heldBackBytes;
      if (moreBytes > 0 && roomBytes < moreBytes + sizeBytes) {
        throw new K4eError('STATE_UNWRITABLE', { message: 'there is too little room on the disk' });
      }
      heldBackBytes = sizeBytes;
      roomBytes -= moreBytes;
      return Promise.resolve();
    },
    setRoom: (sizeBytes) => void (roomBytes = sizeBytes),
    reboot: () => {
      boots += 1;
    },
    syncs: () => synced,
    failSyncs: (value) => void (areFailing = value),
  };
}
