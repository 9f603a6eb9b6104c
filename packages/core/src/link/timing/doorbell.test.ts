import { expect, test } from 'vitest';
import { createFakeClock } from '../../testing/index.ts';
import { createDoorbell } from './doorbell.ts';

function listen() {
  const clock = createFakeClock();
  const bell = createDoorbell(clock);
  const controller = new AbortController();
  let heard = 0;
  const wait = (limitMs?: number): void => void bell.wait({ signal: controller.signal, limitMs }).then(() => heard++);
  return { clock, bell, controller, wait, heard: () => heard };
}

test('a ring ends a wait, and rings before it count as one', async () => {
  const { clock, bell, wait, heard } = listen();
  bell.ring();
  bell.ring();
  wait();
  await clock.advance(0);
  expect(heard()).toBe(1);
  wait();
  await clock.advance(1_000);
  expect(heard()).toBe(1);
  bell.ring();
  await clock.advance(0);
  expect(heard()).toBe(2);
});

test('a wait ends at its limit, and leaves no timer when it ends before', async () => {
  const { clock, bell, wait, heard } = listen();
  wait(10);
  await clock.advance(9);
  expect(heard()).toBe(0);
  await clock.advance(1);
  expect(heard()).toBe(1);
  wait(10);
  bell.ring();
  await clock.advance(0);
  expect([heard(), clock.pending()]).toEqual([2, 0]);
});

test('a signal ends every wait', async () => {
  const { clock, controller, wait, heard } = listen();
  wait();
  controller.abort();
  await clock.advance(0);
  wait();
  await clock.advance(0);
  expect(heard()).toBe(2);
});
