import { expect, test } from 'vitest';
import { createFakeClock } from '../../testing/index.ts';
import { createLivenessTracker } from './liveness.ts';
import { SAMPLE_NOW_MS, sampleDevice, sampleTime } from './samples.testing.ts';

const PERIOD_MS = 60_000;

test('a device that was never heard is waited for', () => {
  const tracker = createLivenessTracker({ clock: createFakeClock(SAMPLE_NOW_MS) });
  expect(tracker.of(sampleDevice())).toEqual({ state: 'never' });
});

test('one late heartbeat changes nothing; silence shows before two periods are over', async () => {
  const clock = createFakeClock(SAMPLE_NOW_MS);
  const tracker = createLivenessTracker({ clock });
  tracker.heard(sampleDevice().metadata);
  await clock.advance(1.8 * PERIOD_MS);
  expect(tracker.of(sampleDevice()).state).toBe('alive');
  await clock.advance(0.1 * PERIOD_MS);
  expect(tracker.of(sampleDevice())).toEqual({ state: 'silent', sinceMs: SAMPLE_NOW_MS });
});

test('it says when to look again', async () => {
  const clock = createFakeClock(SAMPLE_NOW_MS);
  const tracker = createLivenessTracker({ clock });
  tracker.heard(sampleDevice().metadata);
  await clock.advance(PERIOD_MS);
  expect(tracker.of(sampleDevice())).toEqual({ state: 'alive', changesInMs: 0.9 * PERIOD_MS });
});

test('after a restart a stamp that is minutes old is no proof of silence, until two periods were listened to', async () => {
  const clock = createFakeClock(SAMPLE_NOW_MS);
  const tracker = createLivenessTracker({ clock });
  const device = sampleDevice({ phase: 'up', lastSeenTime: sampleTime(-290) });
  expect(tracker.of(device).state).toBe('alive');
  await clock.advance(2 * PERIOD_MS);
  expect(tracker.of(device)).toEqual({ state: 'silent', sinceMs: SAMPLE_NOW_MS - 290_000 });
});

test('after a restart a device that was known to be silent stays so until it is heard', () => {
  const tracker = createLivenessTracker({ clock: createFakeClock(SAMPLE_NOW_MS) });
  const device = sampleDevice({ phase: 'unreachable', lastSeenTime: sampleTime(-290) });
  expect(tracker.of(device).state).toBe('silent');
  tracker.heard(device.metadata);
  expect(tracker.of(device).state).toBe('alive');
});
