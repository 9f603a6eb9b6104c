import { createFakeClock } from '../../testing/index.ts';
import { expect, test } from 'vitest';
import { createHeldDisconnects } from './held-disconnects.ts';
import { MAX_HELD_DISCONNECTS } from './worker-end.ts';

const LIMIT_MS = 1_000;

function rig() {
  const clock = createFakeClock();
  const held = createHeldDisconnects(clock, LIMIT_MS);
  const controller = new AbortController();
  let answered = 0;
  const hold = (): Promise<unknown> => held.hold(controller).then(() => answered++);
  return { clock, held, controller, hold, answered: () => answered };
}

test('answers wait until the device is clean; from then on nobody waits, until it is in use again', async () => {
  const { clock, held, hold, answered } = rig();
  void hold();
  void hold();
  await clock.advance(LIMIT_MS - 1);
  expect(answered()).toBe(0);
  held.release();
  await clock.advance(0);
  expect(answered()).toBe(2);
  await hold();
  held.reset();
  void hold();
  await clock.advance(1);
  expect([answered(), clock.pending()]).toEqual([3, 1]);
});

test('they wait no longer than the limit, which is said, and no longer than who asked', async () => {
  const { clock, controller, hold, answered } = rig();
  void hold().catch(() => undefined);
  const late = expect(hold()).rejects.toMatchObject({ code: 'TIMEOUT' });
  await clock.advance(LIMIT_MS);
  await late;
  expect(answered()).toBe(0);
  void hold();
  controller.abort();
  await clock.advance(0);
  expect([answered(), clock.pending()]).toEqual([1, 0]);
});

test('so many wait, and no more', async () => {
  const { clock, held, hold, answered } = rig();
  for (let n = 0; n < MAX_HELD_DISCONNECTS; n++) void hold();
  await expect(hold()).rejects.toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
  held.release();
  await clock.advance(0);
  expect(answered()).toBe(MAX_HELD_DISCONNECTS);
});
