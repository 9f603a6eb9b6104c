import { expect, test } from 'vitest';
import { createFakeClock } from '../../testing/index.ts';
import { withDeadline } from './with-deadline.ts';

const never = (): Promise<never> => new Promise(() => undefined);

test('gives the result, and leaves no timer behind', async () => {
  const clock = createFakeClock();
  await expect(withDeadline(clock, { limitMs: 10, subject: 'x' }, async () => 7)).resolves.toBe(7);
  expect(clock.pending()).toBe(0);
});

test('the error of the work is its own', async () => {
  const clock = createFakeClock();
  const work = withDeadline(clock, { limitMs: 10, subject: 'x' }, async () => Promise.reject(new Error('no')));
  await expect(work).rejects.toThrow('no');
});

test('work that does not end in time is told so, and not waited for', async () => {
  const clock = createFakeClock();
  let told = false;
  const work = withDeadline(clock, { limitMs: 10, subject: 'x' }, (signal) => {
    signal.addEventListener('abort', () => (told = true));
    return never();
  });
  const rejection = expect(work).rejects.toMatchObject({ code: 'TIMEOUT', subject: 'x' });
  await clock.advance(10);
  await rejection;
  expect(told).toBe(true);
  expect(clock.pending()).toBe(0);
});

test("the caller's signal ends it with ABORTED", async () => {
  const clock = createFakeClock();
  const controller = new AbortController();
  const work = withDeadline(clock, { limitMs: 10, subject: 'x', signal: controller.signal }, never);
  const rejection = expect(work).rejects.toMatchObject({ code: 'ABORTED' });
  controller.abort();
  await rejection;
  await expect(
    withDeadline(clock, { limitMs: 10, subject: 'x', signal: controller.signal }, never),
  ).rejects.toMatchObject({ code: 'ABORTED' });
});

test('with a time to settle, work that was told to end is waited for that long and no longer', async () => {
  const clock = createFakeClock();
  const controller = new AbortController();
  const options = { limitMs: 1_000, subject: 'x', signal: controller.signal, settleMs: 50 };
  let settled = false;
  const work = withDeadline(clock, options, never).catch((error: unknown) => {
    settled = true;
    return error;
  });
  controller.abort();
  await clock.advance(49);
  expect(settled).toBe(false);
  await clock.advance(1);
  expect(await work).toMatchObject({ code: 'ABORTED' });
});

test('work that succeeds after it was told to end has succeeded', async () => {
  const clock = createFakeClock();
  const controller = new AbortController();
  const options = { limitMs: 1_000, subject: 'x', signal: controller.signal, settleMs: 50 };
  const work = withDeadline(
    clock,
    options,
    (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('done'))),
  );
  controller.abort();
  await expect(work).resolves.toBe('done');
});
