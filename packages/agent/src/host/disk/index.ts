/** The `Disk` port on Linux: which boot this is, syncing a file system, by the program `sync`, and room that a file holds back. */
export { createLinuxDisk } from './linux-disk.ts';
export type { LinuxDiskOptions } from './linux-disk.ts';
export { readBootId } from './boot-id.ts';
