import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { BlockDevice } from './block-devices.ts';
import type { DiskContent } from './plan-data-partition.ts';
import { hasMark } from './unfinished-mark.ts';

/** How much is looked at, at the begin and at the end: tables, file systems and RAIDs all have something there. In bytes. */
export const LOOKED_AT_BYTES = 16 * 1_048_576;

const CHUNK_BYTES = 1_048_576;

/** What is on a disk. Reads its ends; `signatures` are those that are known of it. Rejects when it cannot be read. */
export async function inspectDisk(device: BlockDevice, signatures: readonly string[]): Promise<DiskContent> {
  const { path, sizeBytes, children, mountpoints } = device;
  if (mountpoints.length > 0) return { kind: 'holds', what: 'it is in use' };
  const handle = await open(path, 'r');
  try {
    // Of a disk that was empty when we began, and has nothing but what we begin with: a table of partitions without any.
    const isOurs = (await hasMark(path)) && children.length === 0;
    if (isOurs && signatures.every((signature) => TABLES.includes(signature))) return { kind: 'unfinished' };
    const [first] = signatures;
    if (first !== undefined) return { kind: 'holds', what: `there is a signature of ${first} on it` };
    if (children.length > 0) return { kind: 'holds', what: 'there are partitions on it' };
    const at = await firstByteIn(handle, sizeBytes);
    if (at === undefined) return { kind: 'empty' };
    return { kind: 'holds', what: `there is something in sector ${Math.floor(at / SECTOR_BYTES)}` };
  } finally {
    await handle.close();
  }
}

const TABLES: readonly string[] = ['gpt', 'PMBR'];
const SECTOR_BYTES = 512;

/** Where the first byte is that is not zero; `undefined` when there is none at either end. */
async function firstByteIn(handle: FileHandle, sizeBytes: number): Promise<number | undefined> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const zeros = Buffer.alloc(CHUNK_BYTES);
  for (const [from, to] of endsOf(sizeBytes)) {
    for (let at = from; at < to; at += CHUNK_BYTES) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(CHUNK_BYTES, to - at), at);
      const read = buffer.subarray(0, bytesRead);
      if (!read.equals(zeros.subarray(0, bytesRead))) return at + read.findIndex((byte) => byte !== 0);
    }
  }
  return undefined;
}

function endsOf(sizeBytes: number): readonly (readonly [number, number])[] {
  if (sizeBytes <= 2 * LOOKED_AT_BYTES) return [[0, sizeBytes]];
  return [
    [0, LOOKED_AT_BYTES],
    [sizeBytes - LOOKED_AT_BYTES, sizeBytes],
  ];
}
