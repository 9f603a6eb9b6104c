import { open } from 'node:fs/promises';

/** An entry of a table of partitions. */
export interface TableEntry {
  readonly name: string;
  /** Its own id, a UUID in lower case. */
  readonly id: string;
  /** Where it is on the disk, in bytes. */
  readonly start: number;
  readonly size: number;
}

const SECTOR_BYTES = 512;
const ENTRY_BYTES = 128;
const ENTRIES = 128;
const NAME_OFFSET = 56;

/** The partitions of a disk with a GPT, as its file shows them while the machine is off; none where there is no table. */
export async function readPartitionTable(disk: string): Promise<readonly TableEntry[]> {
  const header = await readBytes(disk, SECTOR_BYTES, SECTOR_BYTES);
  if (header.toString('latin1', 0, 8) !== 'EFI PART') return [];
  const table = await readBytes(disk, Number(header.readBigUInt64LE(72)) * SECTOR_BYTES, ENTRIES * ENTRY_BYTES);
  const entries: TableEntry[] = [];
  for (let at = 0; at < table.length; at += ENTRY_BYTES) {
    const entry = table.subarray(at, at + ENTRY_BYTES);
    const [first, last] = [Number(entry.readBigUInt64LE(32)), Number(entry.readBigUInt64LE(40))];
    if (first === 0) continue;
    const [name = ''] = entry.toString('utf16le', NAME_OFFSET).split('\0');
    entries.push({ name, id: idOf(entry), start: first * SECTOR_BYTES, size: (last - first + 1) * SECTOR_BYTES });
  }
  return entries;
}

/** Bytes of a file. */
async function readBytes(file: string, start: number, length: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, start);
    return buffer;
  } finally {
    await handle.close();
  }
}

/** The first three groups of an id have their last byte first. */
function idOf(entry: Buffer): string {
  const hex = (from: number, to: number): string => entry.toString('hex', from, to);
  const reversed = (from: number, to: number): string =>
    Buffer.from(entry.subarray(from, to)).reverse().toString('hex');
  return [reversed(16, 20), reversed(20, 22), reversed(22, 24), hex(24, 26), hex(26, 32)].join('-');
}
