import { expect, test } from 'vitest';
import { createFakeClock } from '../../testing/index.ts';
import { STALL_LIMIT_MS, withStallLimit } from './with-stall-limit.ts';
import type { ProgressingWork } from './with-stall-limit.ts';

function run<T>(work: ProgressingWork<T>) {
  const clock = createFakeClock();
  const controller = new AbortController();
  const outcome: { value?: unknown; code?: string } = {};
  withStallLimit({ clock, signal: controller.signal, subject: 's' }, work).then(
    (value) => Object.assign(outcome, { value }),
    (error: unknown) => Object.assign(outcome, error),
  );
  return { clock, controller, outcome };
}

const forever = (): Promise<never> => new Promise(() => undefined);

test('work that ends leaves nothing behind', async () => {
  const { clock, outcome } = run(() => Promise.resolve(7));
  await clock.advance(0);
  expect([outcome.value, clock.pending()]).toEqual([7, 0]);
});

test('work without progress ends at the limit', async () => {
  const told: AbortSignal[] = [];
  const { clock, outcome } = run((signal) => {
    told.push(signal);
    return forever();
  });
  await clock.advance(STALL_LIMIT_MS - 1);
  expect(outcome.code).toBeUndefined();
  await clock.advance(1);
  expect([outcome.code, told[0]?.aborted, clock.pending()]).toEqual(['TIMEOUT', true, 0]);
});

test('progress begins the time anew', async () => {
  const progress: (() => void)[] = [];
  const { clock, outcome } = run((_signal, noteProgress) => {
    progress.push(noteProgress);
    return forever();
  });
  await clock.advance(STALL_LIMIT_MS - 1);
  progress[0]?.();
  await clock.advance(STALL_LIMIT_MS - 1);
  expect(outcome.code).toBeUndefined();
  await clock.advance(1);
  expect(outcome.code).toBe('TIMEOUT');
});

test('a signal ends work that does not heed it', async () => {
  const { clock, controller, outcome } = run(forever);
  await clock.advance(0);
  controller.abort();
  await clock.advance(0);
  expect([outcome.code, clock.pending()]).toEqual(['ABORTED', 0]);
});

test('nothing begins once the signal has fired', async () => {
  let hasBegun = false;
  const controller = new AbortController();
  controller.abort();
  const work = async (): Promise<void> => void (hasBegun = true);
  const clock = createFakeClock();
  await expect(withStallLimit({ clock, signal: controller.signal, subject: 's' }, work)).rejects.toMatchObject({
    code: 'ABORTED',
  });
  expect(hasBegun).toBe(false);
});
