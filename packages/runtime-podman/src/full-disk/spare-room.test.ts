import { K4eError } from '@k4e/core';
import { createMemoryDisk, createMemoryLogger } from '@k4e/core/testing';
import type { Disk } from '@k4e/core/ports';
import { expect, test } from 'vitest';
import { SPARE_ROOM_BYTES, SPENT_AT_ONCE_BYTES, createSpareRoom } from './index.ts';

const FULL = new K4eError('RUNTIME_DISK_FULL');

function createBench() {
  const disk = createMemoryDisk([]);
  return { disk, room: createSpareRoom(disk, createMemoryLogger()) };
}

const held = async (disk: Disk): Promise<number> => (await disk.room()).heldBackBytes;

/** What fails that many times for want of room. */
function failing(times: number, error: Error = FULL) {
  let calls = 0;
  const work = (): Promise<number> => {
    calls += 1;
    return calls > times ? Promise.resolve(calls) : Promise.reject(error);
  };
  return work;
}

test('it is held back while there are pods', async () => {
  const { disk, room } = createBench();
  await room.keep(() => true);
  expect(await held(disk)).toBe(SPARE_ROOM_BYTES);
  await room.keep(() => false);
  expect(await held(disk)).toBe(0);
});

test('it stays as it is when nobody can tell whether there are pods', async () => {
  const { disk, room } = createBench();
  await room.keep(() => true);
  await room.keep(() => Promise.reject(new K4eError('RUNTIME_UNAVAILABLE')));
  expect(await held(disk)).toBe(SPARE_ROOM_BYTES);
});

test('it is spent in parts, each on one more try, to the last; and then there is none', async () => {
  const { disk, room } = createBench();
  await room.keep(() => true);
  for (let left = SPARE_ROOM_BYTES - SPENT_AT_ONCE_BYTES; left >= 0; left -= SPENT_AT_ONCE_BYTES) {
    expect(await room.withRoom(failing(1))).toBe(2);
    expect(await held(disk)).toBe(left);
  }
  await expect(room.withRoom(failing(1))).rejects.toBe(FULL);
});

test('work that fails again has failed, and what fails for other reasons costs nothing', async () => {
  const { disk, room } = createBench();
  await room.keep(() => true);
  await expect(room.withRoom(failing(2))).rejects.toBe(FULL);
  const other = new K4eError('RUNTIME_FAILED');
  await expect(room.withRoom(failing(1, other))).rejects.toBe(other);
  expect(await held(disk)).toBe(SPARE_ROOM_BYTES - SPENT_AT_ONCE_BYTES);
});

test('a disk with less than a part of it is full: nothing is to be started there', async () => {
  const { disk, room } = createBench();
  await room.require();
  disk.setRoom(SPENT_AT_ONCE_BYTES);
  expect(await room.isFull()).toBe(false);
  await room.require();
  disk.setRoom(SPENT_AT_ONCE_BYTES - 1);
  expect(await room.isFull()).toBe(true);
  await expect(room.require()).rejects.toMatchObject({ code: 'RUNTIME_DISK_FULL' });
});

test('where nobody can tell how much room there is, nothing is in the way', async () => {
  const disk: Disk = { ...createMemoryDisk([]), room: () => Promise.reject(new K4eError('STATE_UNREADABLE')) };
  const room = createSpareRoom(disk, createMemoryLogger());
  await room.keep(() => true);
  await room.require();
  expect(await room.isFull()).toBe(false);
  await expect(room.withRoom(failing(1))).rejects.toBe(FULL);
});

test('nothing is to be started while a part is spent and there is no room; then it is held back again', async () => {
  const { disk, room } = createBench();
  await room.keep(() => true);
  await room.withRoom(failing(1));
  disk.setRoom(SPENT_AT_ONCE_BYTES);
  await room.keep(() => true);
  await expect(room.require()).rejects.toMatchObject({ code: 'RUNTIME_DISK_FULL' });
  expect(await held(disk)).toBe(SPARE_ROOM_BYTES - SPENT_AT_ONCE_BYTES);
  disk.setRoom(2 * SPARE_ROOM_BYTES);
  await room.require();
  expect(await held(disk)).toBe(SPARE_ROOM_BYTES);
});
