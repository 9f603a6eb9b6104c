import { readFile } from 'node:fs/promises';

/** A text that the kernel makes up at each start of the machine. */
export async function readBootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
}
