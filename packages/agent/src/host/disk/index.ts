/** The `Disk` port on Linux: which boot this is, and syncing a file system, by the program `sync`. */
export { createLinuxDisk } from './linux-disk.ts';
export type { LinuxDiskOptions } from './linux-disk.ts';
export { readBootId } from './boot-id.ts';
