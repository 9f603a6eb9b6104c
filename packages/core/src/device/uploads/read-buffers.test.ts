import { expect, test } from 'vitest';
import { MAX_KEPT_BUFFER_BYTES, createReadBuffers } from './read-buffers.ts';

const MIB = 1_048_576;

test('room that was given back is used again, for what is of about the same size', () => {
  const buffers = createReadBuffers();
  const keeper = buffers.take(1);
  const [one, two] = [buffers.take(40_000), buffers.take(40_000)];
  expect(one).toHaveLength(40_000);
  expect(one.buffer).not.toBe(two.buffer);
  buffers.giveBack(one);
  const next = buffers.take(50_000);
  expect(next.buffer).toBe(one.buffer);
  expect(next).toHaveLength(50_000);
  expect(buffers.take(100_000).buffer).not.toBe(two.buffer);
  buffers.giveBack(keeper);
});

test('room that was dropped is not', () => {
  const buffers = createReadBuffers();
  buffers.take(1);
  const room = buffers.take(1);
  buffers.drop(room);
  expect(buffers.take(1).buffer).not.toBe(room.buffer);
});

test('nothing is kept while nobody has any', () => {
  const buffers = createReadBuffers();
  const room = buffers.take(0);
  expect(room).toHaveLength(0);
  buffers.giveBack(room);
  expect(buffers.take(0).buffer).not.toBe(room.buffer);
});

test('no more is kept than the limit', () => {
  const buffers = createReadBuffers();
  buffers.take(1);
  const most = MAX_KEPT_BUFFER_BYTES / MIB;
  const rooms = Array.from({ length: most + 1 }, () => buffers.take(MIB));
  for (const room of rooms) buffers.giveBack(room);
  const known = new Set(rooms.map(({ buffer }) => buffer));
  const again = rooms.map(() => buffers.take(MIB)).filter(({ buffer }) => known.has(buffer));
  expect(again).toHaveLength(most);
});
