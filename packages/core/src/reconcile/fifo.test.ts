import { expect, test } from 'vitest';
import { createFifo } from './fifo.ts';

test('gives back in order, over every compaction', () => {
  const fifo = createFifo<number>();
  const seen: number[] = [];
  for (let item = 0; item < 20_000; item++) {
    fifo.push(item);
    if (item % 3 !== 0) seen.push(fifo.shift() ?? -1);
  }
  while (fifo.size > 0) seen.push(fifo.shift() ?? -1);
  expect(seen).toEqual(Array.from({ length: 20_000 }, (_, item) => item));
  expect(fifo.shift()).toBeUndefined();
});

test('cleared, it is empty and usable', () => {
  const fifo = createFifo<string>();
  fifo.push('old');
  fifo.clear();
  fifo.push('new');
  expect([fifo.size, fifo.shift(), fifo.shift()]).toEqual([1, 'new', undefined]);
});
