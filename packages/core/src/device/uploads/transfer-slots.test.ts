import { expect, test } from 'vitest';
import {
  LARGE_FILE_BYTES,
  MAX_LARGE_TRANSFERS,
  MAX_SMALL_TRANSFERS,
  MAX_SMALL_TRANSFER_BYTES,
  MAX_TRANSFERS,
  TransferSlots,
} from './transfer-slots.ts';

function bench() {
  const slots = new TransferSlots();
  const begun: string[] = [];
  const releases = new Map<string, () => void>();
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const acquire = async (name: string, sizeBytes: number, signal?: AbortSignal): Promise<void> => {
    slots.acquire(sizeBytes, signal === undefined ? {} : { signal }).then(
      (release) => {
        begun.push(name);
        releases.set(name, release);
      },
      () => undefined,
    );
    await settle();
  };
  const release = async (name: string): Promise<void> => {
    releases.get(name)?.();
    await settle();
  };
  return { slots, begun, acquire, release, settle };
}

async function fill(acquire: (name: string, sizeBytes: number) => Promise<void>): Promise<void> {
  for (let i = 0; i < MAX_SMALL_TRANSFERS; i++) await acquire(`${i}`, 1);
}

test('many small files, in turn', async () => {
  const { begun, acquire, release } = bench();
  await fill(acquire);
  await acquire('first', 1);
  await acquire('second', 1);
  expect(begun).toHaveLength(MAX_SMALL_TRANSFERS);
  await release('3');
  await release('3');
  expect(begun.slice(MAX_SMALL_TRANSFERS)).toEqual(['first']);
  await release('first');
  expect(begun.slice(MAX_SMALL_TRANSFERS)).toEqual(['first', 'second']);
});

test('few large files, which hold up no small one, and are held up by none', async () => {
  const { begun, acquire, release } = bench();
  for (let i = 0; i <= MAX_LARGE_TRANSFERS; i++) await acquire(`large ${i}`, LARGE_FILE_BYTES);
  await acquire('small', LARGE_FILE_BYTES - 1);
  expect(begun).toEqual(['large 0', 'large 1', 'small']);
  await release('large 1');
  expect(begun.at(-1)).toBe('large 2');
});

test('small files are bounded by their bytes, and one that waits for room is not passed by', async () => {
  const { begun, acquire, release } = bench();
  const half = MAX_SMALL_TRANSFER_BYTES / 4;
  for (let i = 0; i < 4; i++) await acquire(`${i}`, half);
  await acquire('next', half);
  await acquire('last', 1);
  expect(begun).toHaveLength(4);
  await release('0');
  expect(begun.slice(4)).toEqual(['next']);
  await release('1');
  expect(begun.slice(4)).toEqual(['next', 'last']);
});

test('after a failure one at a time, then twice as many with each success; what runs does not count', async () => {
  const { slots, begun, acquire, release, settle } = bench();
  await acquire('before', LARGE_FILE_BYTES);
  slots.narrow();
  for (const name of ['large', 'a', 'b', 'c', 'd']) await acquire(name, name === 'large' ? LARGE_FILE_BYTES : 1);
  expect(begun).toEqual(['before', 'large']);
  await release('before');
  expect(begun).toEqual(['before', 'large']);
  await release('large');
  expect(begun.slice(2)).toEqual(['a']);
  slots.widen();
  await settle();
  expect(begun.slice(2)).toEqual(['a', 'b']);
  for (let i = 1; i < MAX_TRANSFERS; i *= 2) slots.widen();
  await settle();
  expect(begun.slice(2)).toEqual(['a', 'b', 'c', 'd']);
});

test('a small file is the first through where one can pass', async () => {
  const { slots, begun, acquire, release } = bench();
  slots.narrow();
  await acquire('first', 1);
  await acquire('large', LARGE_FILE_BYTES);
  await acquire('small', 1);
  await release('first');
  expect(begun).toEqual(['first', 'small']);
});

test('who gives up waiting frees the way', async () => {
  const { begun, acquire, release } = bench();
  const controller = new AbortController();
  await acquire('0', LARGE_FILE_BYTES - 1);
  await acquire('1', LARGE_FILE_BYTES - 1);
  await acquire('2', LARGE_FILE_BYTES - 1, controller.signal);
  await acquire('3', 1);
  expect(begun).toEqual(['0', '1']);
  controller.abort();
  await release('none');
  expect(begun).toEqual(['0', '1', '3']);
  await acquire('4', 1, controller.signal);
  expect(begun).toEqual(['0', '1', '3']);
});
