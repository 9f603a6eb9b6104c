import type { CallOptions } from './call-options.ts';

/** Room on a disk, in bytes. */
export interface DiskRoom {
  readonly freeBytes: number;
  readonly heldBackBytes: number;
}

/**
 * The device's disks, as whoever fears a power cut sees them: what programs have written reaches a disk up to half a minute
 * later, unless somebody asks for it. And as whoever fears a full one does: room can be held back while there is some, and be
 * given up when there is none.
 *
 * | call | outcome |
 * |---|---|
 * | `bootId` | a text that differs after each start of the machine; rejects with `STATE_UNREADABLE` where it cannot be told |
 * | `sync` | all that anybody had written to the file system of that directory survives a power cut from now on |
 * | `sync` of a directory that is not there | rejects with `NOT_FOUND` |
 * | `sync` that fails, or whose signal fires | rejects with `STATE_UNWRITABLE`, or `ABORTED`: some of it may be lost in a cut |
 * | `room` | bytes that are free, and that are held back besides, which outlive this process and the machine; rejects with `STATE_UNREADABLE` where that cannot be told |
 * | `holdBack` | so many bytes are held back, more or fewer than before; 0 leaves nothing behind |
 * | `holdBack` of more, where then less than that would be free | rejects with `STATE_UNWRITABLE`; as much is held back as before |
 */
export interface Disk {
  bootId(options?: CallOptions): Promise<string>;
  sync(directory: string, options?: CallOptions): Promise<void>;
  room(): Promise<DiskRoom>;
  holdBack(sizeBytes: number): Promise<void>;
}
