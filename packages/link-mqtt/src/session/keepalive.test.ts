import { createFakeClock } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import { startKeepalive } from './keepalive.ts';

function start() {
  const clock = createFakeClock();
  const rig = { clock, bytes: 0, pings: 0, silences: 0, answers: true };
  const end = startKeepalive({
    clock,
    keepaliveMs: 60_000,
    receivedBytes: () => rig.bytes,
    ping: () => {
      rig.pings++;
      if (rig.answers) rig.bytes += 2;
    },
    onSilence: () => rig.silences++,
  });
  return Object.assign(rig, { end });
}

test('a broker is pinged twice a period, as long as it answers', async () => {
  const rig = start();
  await rig.clock.advance(600_000);
  expect([rig.pings, rig.silences]).toEqual([20, 0]);
});

test('one that is silent for longer than a period is missed, once', async () => {
  const rig = start();
  await rig.clock.advance(30_000);
  rig.answers = false;
  await rig.clock.advance(90_000);
  expect(rig.silences).toBe(0);
  await rig.clock.advance(30_000);
  expect(rig.silences).toBe(1);
  await rig.clock.advance(600_000);
  expect([rig.silences, rig.clock.pending()]).toEqual([1, 0]);
});

test('any byte is a sign of life', async () => {
  const rig = start();
  rig.answers = false;
  for (let seconds = 0; seconds < 600; seconds += 20) {
    rig.bytes++;
    await rig.clock.advance(20_000);
  }
  expect(rig.silences).toBe(0);
});

test('it can be ended', async () => {
  const rig = start();
  rig.end();
  await rig.clock.advance(600_000);
  expect([rig.pings, rig.clock.pending()]).toEqual([0, 0]);
});
