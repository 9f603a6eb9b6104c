import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, truncate, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { runChecked } from '@k4e/testbed';
import { readPartitionTable } from '../../e2e/harness/index.ts';

const SECTOR_BYTES = 512;

/** Makes an empty disk. */
export async function makeDisk(path: string, bytes: number): Promise<void> {
  await writeFile(path, '');
  await truncate(path, bytes);
}

/** Writes something to one sector of a disk, at `at` bytes. */
export async function writeSector(disk: string, at: number): Promise<void> {
  const handle = await open(disk, 'r+');
  try {
    await handle.write(Buffer.alloc(SECTOR_BYTES, 'x'), 0, SECTOR_BYTES, at);
  } finally {
    await handle.close();
  }
}

/** The digest of all of a disk. */
export async function digestOf(path: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path), digest);
  return digest.digest('hex');
}

/** What is in a directory of the disk's data partition, sorted. */
export async function listed(disk: string, path: string): Promise<readonly string[]> {
  const text = await runChecked(['debugfs', '-R', `ls -p ${path}`, await dataOf(disk)]);
  const names = text.split('\n').map((line) => line.split('/')[5] ?? '');
  return names.filter((name) => !['', '.', '..'].includes(name)).sort();
}

/** Takes a directory away from a file in it, on the disk's data partition: what a file system cannot repair without asking. */
export async function damageFileSystem(disk: string): Promise<void> {
  await edit(disk, 'mkdir /torn', 'write /etc/passwd /torn/file', 'clri /torn', 'set_super_value state 2');
}

/** Overwrites the begin of podman's database, on the disk's data partition. */
export async function damageDatabase(disk: string): Promise<void> {
  await edit(disk, 'zap_block -f /containers/storage/db.sql -p 0x5a 0');
}

async function edit(disk: string, ...requests: readonly string[]): Promise<void> {
  for (const request of requests) await runChecked(['debugfs', '-w', '-R', request, await dataOf(disk)]);
}

/** The file system of the data partition, as the tools of ext4 find it in a disk. */
async function dataOf(disk: string): Promise<string> {
  const data = (await readPartitionTable(disk)).find(({ name }) => name === 'k4e-data');
  if (data === undefined) throw new Error(`${disk} has no data partition`);
  return `${disk}?offset=${String(data.start)}`;
}
