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
