import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/index.ts';
import { withDeadline } from './with-deadline.ts';

const forever = (): Promise<never> => new Promise(() => undefined);

test('passes on what the work comes to, and leaves no timer and no listener', async () => {
  const clock = createFakeClock();
  const { signal } = new AbortController();
  const deadline = { clock, limitMs: 100, signal };
  await expect(withDeadline(deadline, async () => 'result')).resolves.toBe('result');
  await expect(withDeadline(deadline, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  const throws = (): Promise<void> => {
    throw new Error('y');
  };
  await expect(withDeadline(deadline, throws)).rejects.toThrow('y');
  expect(clock.pending()).toBe(0);
});

test('ends at the limit even what does not heed its signal', async () => {
  const clock = createFakeClock();
  let inner: AbortSignal | undefined;
  const work = (signal: AbortSignal): Promise<never> => {
    inner = signal;
    return forever();
  };
  const result = expect(withDeadline({ clock, limitMs: 100, subject: 'job' }, work)).rejects.toMatchObject({
    code: 'TIMEOUT',
    subject: 'job',
    retry: 'backoff',
  });
  await clock.advance(99);
  expect(inner?.aborted).toBe(false);
  await clock.advance(1);
  expect(inner?.aborted).toBe(true);
  await result;
});

test('ends when told to, and does not begin when told before', async () => {
  const clock = createFakeClock();
  const stop = new AbortController();
  const result = expect(withDeadline({ clock, limitMs: 100, signal: stop.signal }, forever)).rejects.toMatchObject({
    code: 'ABORTED',
  });
  stop.abort();
  await result;
  let hasBegun = false;
  const work = async (): Promise<void> => void (hasBegun = true);
  await expect(withDeadline({ clock, limitMs: 100, signal: stop.signal }, work)).rejects.toMatchObject({
    code: 'ABORTED',
  });
  expect([hasBegun, clock.pending()]).toEqual([false, 0]);
});

test('with a time to settle, work that was told to end is waited for that long and no longer', async () => {
  const clock = createFakeClock();
  const stop = new AbortController();
  let isSettled = false;
  const work = withDeadline({ clock, limitMs: 10, signal: stop.signal, settleMs: 50 }, forever).catch(
    (error: unknown) => {
      isSettled = true;
      return error;
    },
  );
  stop.abort();
  await clock.advance(49);
  expect(isSettled).toBe(false);
  await clock.advance(1);
  expect(await work).toMatchObject({ code: 'ABORTED' });
  expect(clock.pending()).toBe(0);
});

test('work that ends while it is waited for: success stays one, a failure is what it was told', async () => {
  const clock = createFakeClock();
  const whenTold = (end: () => void, signal: AbortSignal): void => signal.addEventListener('abort', end);
  const deadline = { clock, limitMs: 100, settleMs: 50 };
  const good = withDeadline(deadline, (signal) => new Promise((resolve) => whenTold(() => resolve('done'), signal)));
  const bad = withDeadline(
    deadline,
    (signal) => new Promise((_, reject) => whenTold(() => reject(new Error('cut off')), signal)),
  );
  const failure = expect(bad).rejects.toMatchObject({ code: 'TIMEOUT' });
  await clock.advance(100);
  await expect(good).resolves.toBe('done');
  await failure;
  expect(clock.pending()).toBe(0);
});
