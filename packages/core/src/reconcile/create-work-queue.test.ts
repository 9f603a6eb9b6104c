import { expect, test } from 'vitest';
import { K4eError } from '../foundation/index.ts';
import { createFakeClock } from '../testing/index.ts';
import { createWorkQueue } from './create-work-queue.ts';
import { MAX_DELAY_MS } from './retry-delay.ts';
import type { WorkQueue, WorkQueueOptions } from './work-queue.ts';

const NEVER = { retry: 'never' } as const;

function start(options: Partial<WorkQueueOptions> = {}) {
  const clock = createFakeClock();
  return { clock, queue: createWorkQueue({ clock, random: () => 0, ...options }) };
}

async function takeAll(queue: WorkQueue): Promise<string[]> {
  const keys: string[] = [];
  while (queue.length > 0) keys.push((await queue.take())?.key ?? '');
  return keys;
}

test('gives out in the order in which keys became ready, a key that changed meanwhile last', async () => {
  const { clock, queue } = start();
  for (const key of ['a', 'b', 'c']) queue.add(key);
  queue.addAfter('d', 10);
  const first = await queue.take();
  queue.add('a');
  await clock.advance(10);
  queue.done(first?.key ?? '');
  queue.add('b');
  expect(await takeAll(queue)).toEqual(['b', 'c', 'd', 'a']);
});

test('tells how long a key was ready', async () => {
  const { clock, queue } = start();
  queue.addAfter('a', 50);
  await clock.advance(70);
  expect(await queue.take()).toEqual({ key: 'a', waitedMs: 20, failures: 0 });
});

test('those who wait are served in turn; one who gave up gets nothing and loses nothing', async () => {
  const { queue } = start();
  const giveUp = new AbortController();
  const first = queue.take();
  const second = queue.take({ signal: giveUp.signal });
  const third = queue.take();
  giveUp.abort();
  await expect(second).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(queue.take({ signal: giveUp.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  queue.add('a');
  queue.add('b');
  expect([(await first)?.key, (await third)?.key]).toEqual(['a', 'b']);
});

test('of several moments the earliest wins, and now is earlier than any', async () => {
  const { clock, queue } = start();
  for (const delayMs of [500, 200, 300]) queue.addAfter('a', delayMs);
  await clock.advance(199);
  expect(queue.length).toBe(0);
  await clock.advance(1);
  expect(await takeAll(queue)).toEqual(['a']);
  queue.done('a');
  queue.addAfter('a', 100);
  queue.add('a');
  expect([await takeAll(queue), queue.delayed]).toEqual([['a'], 0]);
  queue.done('a');
  await clock.advance(1_000);
  expect(queue.length).toBe(0);
});

test('ten thousand keys that wait need one timer, and come when they are due', async () => {
  const { clock, queue } = start();
  for (let index = 0; index < 10_000; index++) queue.addAfter(`key-${index}`, 10_000 + ((index * 7_919) % 10_000));
  expect([clock.pending(), queue.delayed]).toEqual([1, 10_000]);
  await clock.advance(14_999);
  expect([clock.pending(), queue.length]).toEqual([1, 5_000]);
  const due = (await takeAll(queue)).map((key) => (Number(key.slice(4)) * 7_919) % 10_000);
  expect(due).toEqual(Array.from({ length: 5_000 }, (_, index) => index));
});

test('a delay is a number, and at most a day', async () => {
  const { clock, queue } = start();
  expect(() => queue.addAfter('a', Number.NaN)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  queue.addAfter('now', -1);
  queue.addAfter('late', Infinity);
  expect(await takeAll(queue)).toEqual(['now']);
  await clock.advance(MAX_DELAY_MS - 1);
  expect(queue.length).toBe(0);
  await clock.advance(1);
  expect(await takeAll(queue)).toEqual(['late']);
});

test('retries of all keys keep to their rate; changes and deadlines are never held back by it', async () => {
  const backoff = { firstMs: 10, maxMs: 10, factor: 2, jitter: 0 };
  const { clock, queue } = start({ backoff, retryRate: { perSecond: 10, burst: 5 } });
  for (let index = 0; index < 30; index++) queue.add(`key-${index}`);
  for (const key of await takeAll(queue)) {
    expect(queue.retry(key, new Error('x'))).toBe(10);
    queue.done(key);
  }
  await clock.advance(10);
  expect(queue.length).toBe(5);
  queue.add('key-29');
  queue.addAfter('deadline', 1);
  await clock.advance(1);
  expect(queue.length).toBe(7);
  await clock.advance(999);
  expect(queue.length).toBe(17);
  await clock.advance(1_400);
  expect([queue.length, queue.delayed]).toEqual([31, 0]);
});

test('a key that wants to be looked at sooner than its retry is', async () => {
  const { clock, queue } = start();
  queue.add('a');
  await takeAll(queue);
  queue.retry('a', new K4eError('LINK_REFUSED', { retry: { afterMs: 60_000 } }));
  queue.addAfter('a', 500);
  queue.done('a');
  await clock.advance(500);
  expect([await takeAll(queue), queue.delayed]).toEqual([['a'], 0]);
});

test('failures in a row are counted until they are forgotten, whatever else happens to the key', async () => {
  const { clock, queue } = start({ backoff: { firstMs: 100, maxMs: 10_000, factor: 2, jitter: 0 } });
  const fail = async (): Promise<number | undefined> => {
    queue.add('a');
    await takeAll(queue);
    const delayMs = queue.retry('a', new Error('x'));
    queue.done('a');
    return delayMs;
  };
  expect([await fail(), await fail(), await fail()]).toEqual([100, 200, 400]);
  queue.forget('a');
  queue.forget('nobody');
  expect(await fail()).toBe(100);
  await clock.advance(100);
  expect(await takeAll(queue)).toEqual(['a']);
  expect(queue.retry('a', new K4eError('FORBIDDEN', NEVER))).toBeUndefined();
  queue.done('a');
  expect(await fail()).toBe(100);
});

test('at its limit it takes known keys and no new ones, and forgets those that are through', async () => {
  const { queue } = start({ maxKeys: 2 });
  queue.add('a');
  queue.addAfter('b', 10);
  expect(() => queue.add('c')).toThrow(expect.objectContaining({ code: 'TOO_LARGE', subject: 'c' }));
  expect(() => queue.addAfter('c', 5)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
  queue.add('b');
  for (const key of await takeAll(queue)) queue.done(key);
  for (const key of ['c', 'd']) queue.add(key);
  expect(await takeAll(queue)).toEqual(['c', 'd']);
});

test('only a key that is taken can fail or be done, and be done once', async () => {
  const { queue } = start();
  queue.add('a');
  expect(() => queue.done('a')).toThrow('not taken');
  expect(() => queue.retry('a', new Error('x'))).toThrow('not taken');
  await takeAll(queue);
  queue.done('a');
  expect(() => queue.done('a')).toThrow('not taken');
});

test('shut down: whoever waits is sent away, what was asked for comes back, and nothing stays behind', async () => {
  const { clock, queue } = start();
  for (const key of ['taken', 'changed']) queue.add(key);
  await takeAll(queue);
  const waiting = queue.take();
  queue.add('changed');
  queue.addAfter('later', 100);
  expect([...queue.shutdown()].sort()).toEqual(['changed', 'later']);
  expect(await waiting).toBeUndefined();
  expect(await queue.take()).toBeUndefined();
  queue.add('new');
  queue.addAfter('new', 5);
  queue.retry('taken', new Error('x'));
  queue.done('taken');
  queue.done('changed');
  expect([queue.length, queue.delayed, clock.pending()]).toEqual([0, 0, 0]);
  expect(queue.shutdown()).toEqual([]);
});
