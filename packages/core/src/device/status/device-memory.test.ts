import { expect, test } from 'vitest';
import { createFakeClock } from '../../testing/index.ts';
import { DeviceMemory, MAX_FAULT_LENGTH } from './device-memory.ts';

async function start() {
  const clock = createFakeClock();
  const beganMs = clock.monotonicMs();
  const memory = new DeviceMemory(clock);
  return { memory, beganMs, later: () => clock.advance(1_000) };
}

test('nothing is known of the link before it says something', async () => {
  const { memory, beganMs } = await start();
  expect([memory.link, memory.lastFault]).toEqual([{ state: 'unknown', sinceMs: beganMs }, undefined]);
});

test('an outage lasts since its begin, whatever its cause becomes, and ends with its cause', async () => {
  const { memory, beganMs, later } = await start();
  await later();
  memory.noteLink({ state: 'waiting', cause: 'ECONNREFUSED', retryInMs: 1 });
  await later();
  memory.noteLink({ state: 'waiting', cause: 'ETIMEDOUT', retryInMs: 2 });
  expect(memory.link).toEqual({ state: 'waiting', cause: 'ETIMEDOUT', sinceMs: beganMs + 1_000 });
  memory.noteLink({ state: 'connected' });
  expect(memory.link).toEqual({ state: 'connected', sinceMs: beganMs + 2_000 });
});

test('the same fault again is nothing new, another one is', async () => {
  const { memory, beganMs, later } = await start();
  memory.noteFault('disk full');
  await later();
  memory.noteFault('disk full');
  expect(memory.lastFault).toEqual({ message: 'disk full', sinceMs: beganMs });
  memory.noteFault('no such image');
  expect(memory.lastFault).toEqual({ message: 'no such image', sinceMs: beganMs + 1_000 });
});

test('a fault is as long as its limit, and longer ones that are the same so far are the same', async () => {
  const { memory, beganMs, later } = await start();
  memory.noteFault(`${'x'.repeat(MAX_FAULT_LENGTH)}1`);
  await later();
  memory.noteFault(`${'x'.repeat(MAX_FAULT_LENGTH)}2`);
  expect(memory.lastFault).toEqual({ message: 'x'.repeat(MAX_FAULT_LENGTH), sinceMs: beganMs });
});
