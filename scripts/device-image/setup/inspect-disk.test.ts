import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BlockDevice } from './block-devices.ts';
import { LOOKED_AT_BYTES, inspectDisk } from './inspect-disk.ts';
import { hasMark, removeMark, writeMark } from './unfinished-mark.ts';

const SIZE = 4 * LOOKED_AT_BYTES;
let directory: string;
let disk: BlockDevice;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'k4e-disk-'));
  const path = join(directory, 'disk');
  await writeFile(path, '');
  await truncate(path, SIZE);
  const nothing = {
    fsType: undefined,
    label: undefined,
    partLabel: undefined,
    partType: undefined,
    partUuid: undefined,
  };
  const plain = { type: 'disk', sizeBytes: SIZE, startBytes: 0, isReadOnly: false, isRemovable: false };
  disk = { path, ...plain, ...nothing, mountpoints: [], children: [] };
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function put(at: number): Promise<void> {
  const handle = await open(disk.path, 'r+');
  await handle.write(Buffer.from([1]), 0, 1, at);
  await handle.close();
}

test('a disk of zeros is empty', async () => {
  expect(await inspectDisk(disk, [])).toEqual({ kind: 'empty' });
});

test.each([0, 511, LOOKED_AT_BYTES - 1, SIZE - LOOKED_AT_BYTES, SIZE - 1])(
  'one byte at %d is something',
  async (at) => {
    await put(at);
    const what = `there is something in sector ${String(Math.floor(at / 512))}`;
    expect(await inspectDisk(disk, [])).toEqual({ kind: 'holds', what });
  },
);

test('a small disk is looked at from begin to end', async () => {
  await truncate(disk.path, LOOKED_AT_BYTES + 512);
  await put(LOOKED_AT_BYTES + 511);
  expect(await inspectDisk({ ...disk, sizeBytes: LOOKED_AT_BYTES + 512 }, [])).toMatchObject({ kind: 'holds' });
});

test('a signature, a partition, or a use of the disk is something', async () => {
  expect(await inspectDisk(disk, ['ext4'])).toMatchObject({ what: 'there is a signature of ext4 on it' });
  expect(await inspectDisk({ ...disk, children: [disk] }, [])).toMatchObject({ kind: 'holds' });
  expect(await inspectDisk({ ...disk, mountpoints: ['/mnt'] }, [])).toMatchObject({ kind: 'holds' });
});

test('with our mark, and nothing that is not of ours, it is what was not finished', async () => {
  await writeMark(disk.path);
  await put(LOOKED_AT_BYTES - 1);
  expect(await inspectDisk(disk, [])).toEqual({ kind: 'unfinished' });
  expect(await inspectDisk(disk, ['gpt', 'PMBR'])).toEqual({ kind: 'unfinished' });
  expect(await inspectDisk(disk, ['gpt', 'ext4'])).toMatchObject({ kind: 'holds' });
  expect(await inspectDisk({ ...disk, children: [disk] }, ['gpt'])).toMatchObject({ kind: 'holds' });
});

test('the mark goes without a trace', async () => {
  await writeMark(disk.path);
  expect(await hasMark(disk.path)).toBe(true);
  await removeMark(disk.path);
  expect(await hasMark(disk.path)).toBe(false);
  expect(await inspectDisk(disk, [])).toEqual({ kind: 'empty' });
});
