import { K4eError, errorText, hasCode } from '@k4e/core';
import type { Disk, DiskRoom, Logger } from '@k4e/core/ports';

/** How much is held back, in bytes. */
export const SPARE_ROOM_BYTES = 16 * 1_024 * 1_024;
/** How much of it is given up at a time: several times what podman takes to note what it does. A disk with less is full. */
export const SPENT_AT_ONCE_BYTES = 4 * 1_024 * 1_024;

/** Room that is held back for podman. */
export interface SpareRoom {
  /** Holds it back, or all that is spent again, while there are pods; and none without. Never rejects: a disk may be full. */
  keep(hasPods: () => boolean | Promise<boolean>): Promise<void>;
  /**
   * Rejects with `RUNTIME_DISK_FULL` when the disk is full, or some room is spent and cannot be held back again: what is started
   * then takes the room that is needed to get rid of it.
   */
  require(): Promise<void>;
  /** Whether the disk is full. Never rejects. */
  isFull(): Promise<boolean>;
  /** Gives up a part. Answers whether there was any. Never rejects. */
  spend(): Promise<boolean>;
  /** Does that; when it fails with `RUNTIME_DISK_FULL` once more, after `spend`. */
  withRoom<T>(work: () => Promise<T>): Promise<T>;
}

/** Creates room on the disk of podman's storage. */
export function createSpareRoom(disk: Disk, logger: Logger): SpareRoom {
  return new HeldBackRoom(disk, logger);
}

/** Where nobody has said which disk podman's storage is on. */
export function createNoSpareRoom(): SpareRoom {
  return {
    keep: () => Promise.resolve(),
    require: () => Promise.resolve(),
    isFull: () => Promise.resolve(false),
    spend: () => Promise.resolve(false),
    withRoom: (work) => work(),
  };
}

class HeldBackRoom implements SpareRoom {
  readonly #disk: Disk;
  readonly #logger: Logger;

  constructor(disk: Disk, logger: Logger) {
    this.#disk = disk;
    this.#logger = logger;
  }

  async keep(hasPods: () => boolean | Promise<boolean>): Promise<void> {
    const room = await this.#look();
    if (room === undefined) return;
    try {
      const wantedBytes = (await hasPods()) ? SPARE_ROOM_BYTES : 0;
      if (room.heldBackBytes !== wantedBytes) await this.#resize(wantedBytes);
    } catch (error) {
      this.#logger.debug('it cannot be told whether there are pods', { cause: errorText(error) });
    }
  }

  async require(): Promise<void> {
    const room = await this.#look();
    if (room === undefined) return;
    const isWhole = room.heldBackBytes === SPARE_ROOM_BYTES;
    if (room.freeBytes >= SPENT_AT_ONCE_BYTES && (isWhole || (await this.#resize(SPARE_ROOM_BYTES)))) return;
    const message = 'the disk is full: nothing is started before there is room';
    throw new K4eError('RUNTIME_DISK_FULL', { message });
  }

  async isFull(): Promise<boolean> {
    const room = await this.#look();
    return room !== undefined && room.freeBytes < SPENT_AT_ONCE_BYTES;
  }

  async spend(): Promise<boolean> {
    const room = await this.#look();
    if (room === undefined || room.heldBackBytes === 0) return false;
    const leftBytes = Math.max(0, room.heldBackBytes - SPENT_AT_ONCE_BYTES);
    this.#logger.warn('the disk is full: room that was held back is given up', { leftBytes });
    return this.#resize(leftBytes);
  }

  async withRoom<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!hasCode(error, 'RUNTIME_DISK_FULL') || !(await this.spend())) throw error;
      return work();
    }
  }

  async #look(): Promise<DiskRoom | undefined> {
    return this.#disk.room().catch((error: unknown) => {
      this.#logger.debug('it cannot be told how much room there is', { cause: errorText(error) });
      return undefined;
    });
  }

  async #resize(sizeBytes: number): Promise<boolean> {
    return this.#disk.holdBack(sizeBytes).then(
      () => true,
      (error: unknown) => {
        this.#logger.debug('the room that is held back stays as it was', { cause: errorText(error) });
        return false;
      },
    );
  }
}
