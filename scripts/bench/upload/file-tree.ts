import { randomBytes } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@k4e/testbed';

/** Files of one size. */
export interface FileTree {
  readonly files: number;
  readonly fileBytes: number;
}

const FILES_PER_DIRECTORY = 100;
const POOL_BYTES = 4_194_304;
/** Odd, so that the content of no two files begins at the same byte of the pool. */
const STRIDE_BYTES = 7_919;

/** Makes a tree of small files whose content cannot be compressed, all different, a hundred in each directory. */
export async function makeFileTree(directory: string, { files, fileBytes }: FileTree): Promise<void> {
  const pool = randomBytes(POOL_BYTES + fileBytes);
  for (let first = 0; first < files; first += FILES_PER_DIRECTORY) {
    const place = join(directory, `part-${String(first / FILES_PER_DIRECTORY)}`);
    await mkdir(place, { recursive: true });
    const numbers = Array.from({ length: Math.min(FILES_PER_DIRECTORY, files - first) }, (_none, at) => first + at);
    await Promise.all(
      numbers.map((number) => {
        const from = (number * STRIDE_BYTES) % POOL_BYTES;
        return writeFile(join(place, `file-${String(number)}.bin`), pool.subarray(from, from + fileBytes));
      }),
    );
  }
  await flush(directory);
}

/** Makes a directory with one large file whose content cannot be compressed. */
export async function makeLargeFile(directory: string, sizeBytes: number): Promise<void> {
  await mkdir(directory, { recursive: true });
  const file = await open(join(directory, 'large.bin'), 'wx');
  try {
    for (let left = sizeBytes; left > 0; left -= POOL_BYTES) await file.write(randomBytes(Math.min(left, POOL_BYTES)));
  } finally {
    await file.close();
  }
  await flush(directory);
}

/** Waits for the disk, so that what is measured next does not pay for what was written before. */
export async function flush(directory: string): Promise<void> {
  await runCommand(['sync', '--file-system', directory]);
}
