import { expect, test } from 'vitest';
import { hasCode } from './k4e-error.ts';
import { createSerialQueue } from './serial-queue.ts';

/** Work that ends when told to, and says when it starts. */
function step(log: string[], name: string) {
  const ended = Promise.withResolvers<string>();
  return {
    work: () => (log.push(name), ended.promise),
    end: () => ended.resolve(name),
    fail: () => ended.reject(new Error(name)),
  };
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('work runs one at a time, in the order of the calls', async () => {
  const queue = createSerialQueue();
  const log: string[] = [];
  const [first, second] = [step(log, 'first'), step(log, 'second')];
  const both = Promise.all([queue.run(first.work), queue.run(second.work)]);
  await settle();
  expect(log).toEqual(['first']);
  first.end();
  second.end();
  expect(await both).toEqual(['first', 'second']);
});

test('a failure reaches its caller and nobody else', async () => {
  const queue = createSerialQueue();
  const failing = queue.run(() => Promise.reject(new Error('no')));
  const next = queue.run(() => Promise.resolve('yes'));
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('work that throws before its first wait does not stop the queue', async () => {
  const queue = createSerialQueue();
  await expect(
    queue.run(() => {
      throw new Error('at once');
    }),
  ).rejects.toThrow('at once');
  expect(await queue.run(() => Promise.resolve(1))).toBe(1);
});

test('a call aborted while it waits rejects at once and never starts', async () => {
  const queue = createSerialQueue();
  const log: string[] = [];
  const [running, waiting] = [step(log, 'running'), step(log, 'waiting')];
  const controller = new AbortController();
  const first = queue.run(running.work);
  const second = queue.run(waiting.work, { signal: controller.signal });
  await settle();
  controller.abort();
  await expect(second).rejects.toSatisfy((error) => hasCode(error, 'ABORTED'));
  running.end();
  await first;
  await settle();
  expect(log).toEqual(['running']);
});

test('an abort after the start is left to the work', async () => {
  const queue = createSerialQueue();
  const log: string[] = [];
  const running = step(log, 'running');
  const controller = new AbortController();
  const call = queue.run(running.work, { signal: controller.signal });
  await settle();
  controller.abort();
  running.end();
  expect(await call).toBe('running');
});

test('one call too many is refused, and there is room again after one ends', async () => {
  const queue = createSerialQueue({ maxWaiting: 2 });
  const log: string[] = [];
  const steps = ['a', 'b', 'c'].map((name) => step(log, name));
  const calls = steps.map(({ work }) => queue.run(work));
  await expect(queue.run(() => Promise.resolve())).rejects.toSatisfy((error) => hasCode(error, 'INTERNAL'));
  steps.forEach(({ end }) => end());
  await Promise.all(calls);
  await settle();
  expect(await queue.run(() => Promise.resolve('room'))).toBe('room');
});
