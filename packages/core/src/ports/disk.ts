import type { CallOptions } from './call-options.ts';

/**
 * The device's disks, as whoever fears a power cut sees them: what programs have written reaches a disk up to half a minute
 * later, unless somebody asks for it.
 *
 * | call | outcome |
 * |---|---|
 * | `bootId` | a text that differs after each start of the machine; rejects with `STATE_UNREADABLE` where it cannot be told |
 * | `sync` | all that anybody had written to the file system of that directory survives a power cut from now on |
 * | `sync` of a directory that is not there | rejects with `NOT_FOUND` |
 * | `sync` that fails, or whose signal fires | rejects with `STATE_UNWRITABLE`, or `ABORTED`: some of it may be lost in a cut |
 */
export interface Disk {
  bootId(options?: CallOptions): Promise<string>;
  sync(directory: string, options?: CallOptions): Promise<void>;
}
