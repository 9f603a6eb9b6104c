import { expect, test } from 'vitest';
import { untilAborted } from './until-aborted.ts';

async function collect(source: AsyncIterable<number>, signal: AbortSignal): Promise<number[]> {
  const items: number[] = [];
  for await (const item of untilAborted(source, signal)) items.push(item);
  return items;
}

async function* count(to: number): AsyncGenerator<number> {
  for (let item = 1; item <= to; item++) yield item;
}

test('passes on what comes, and how it ends', async () => {
  const { signal } = new AbortController();
  await expect(collect(count(3), signal)).resolves.toEqual([1, 2, 3]);
  const failing = async function* (): AsyncGenerator<number> {
    yield 1;
    throw new Error('broken');
  };
  await expect(collect(failing(), signal)).rejects.toThrow('broken');
});

test('ends in the middle of a wait that nobody ends, and does not begin when it is too late', async () => {
  const stop = new AbortController();
  const silent = async function* (): AsyncGenerator<number> {
    yield 1;
    await new Promise(() => undefined);
  };
  const result = collect(silent(), stop.signal);
  setImmediate(() => stop.abort());
  await expect(result).resolves.toEqual([1]);
  await expect(collect(count(3), stop.signal)).resolves.toEqual([]);
});

test('a source that answers the signal with an error has ended, not failed', async () => {
  const stop = new AbortController();
  const heeding = async function* (): AsyncGenerator<number> {
    yield 1;
    await new Promise((_resolve, reject) => stop.signal.addEventListener('abort', () => reject(new Error('aborted'))));
  };
  const result = collect(heeding(), stop.signal);
  setImmediate(() => stop.abort());
  await expect(result).resolves.toEqual([1]);
});

test('who stops listening ends the source', async () => {
  let hasEnded = false;
  const source = async function* (): AsyncGenerator<number> {
    try {
      yield* count(10);
    } finally {
      hasEnded = true;
    }
  };
  for await (const item of untilAborted(source(), new AbortController().signal)) if (item === 2) break;
  await expect.poll(() => hasEnded).toBe(true);
});
