import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import type { PlacedFile } from './boot-loader.ts';
import type { Workshop } from './workshop.ts';

/** A FAT file system to be made. */
export interface FatVolume {
  /** Its name on the bench. */
  readonly name: string;
  /** What people see that it is called. */
  readonly label: string;
  /** Eight hexadecimal digits. */
  readonly id: string;
  readonly files: readonly PlacedFile[];
  /** Smallest size, in bytes. */
  readonly minBytes: number;
}

const MIB = 1_048_576;
/** What the file system itself takes, and what a person may add. */
const SPARE_BYTES = 4 * MIB;

/** Makes a FAT file system as a file, as large as it has to be; resolves with its size in bytes, whole MiB. */
export async function makeFatVolume(
  workshop: Workshop,
  { name, label, id, files, minBytes }: FatVolume,
): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(workshop.path(file.name))).size));
  const needed = sizes.reduce((sum, size) => sum + size, SPARE_BYTES);
  const sizeBytes = Math.ceil(Math.max(needed, minBytes) / MIB) * MIB;
  await workshop.run(['mkfs.fat', '--invariant', '-n', label, '-i', id, '-C', name, String(sizeBytes / 1_024)]);
  for (const directory of directoriesOf(files)) await workshop.run(['mmd', '-i', name, `::${directory}`]);
  for (const file of files) await workshop.run(['mcopy', '-i', name, file.name, `::${file.path}`]);
  return sizeBytes;
}

/** Directories, those before what is in them. */
function directoriesOf(files: readonly PlacedFile[]): readonly string[] {
  const found = new Set<string>();
  const add = (path: string): void => {
    if (path === '.') return;
    add(posix.dirname(path));
    found.add(path);
  };
  for (const { path } of files) add(posix.dirname(path));
  return [...found];
}
