import { expect, test } from 'vitest';
import { deviceConfigurationSchema } from '../../protocol/index.ts';
import { MAX_INTERVAL_SECONDS } from '../../resources/index.ts';
import { DEFAULT_SETTINGS, readSettings } from './read-settings.ts';

const read = (content: object) => readSettings(deviceConfigurationSchema.parse(content));
const period = (seconds: number) => ({ configuration: { heartbeat: { period_seconds: seconds } } });
const profile = (hardware_profile: object) => ({ configuration: { heartbeat: { hardware_profile } } });

test('without any, all are defaults', () => {
  expect(read({})).toEqual(DEFAULT_SETTINGS);
  expect(DEFAULT_SETTINGS).toEqual({
    heartbeatPeriodMs: 60_000,
    hardware: 'none',
    monitoringIntervalMs: 30_000,
    pollIntervalMs: undefined,
  });
});

test.each([
  [5, 5_000],
  [0, 60_000],
  [-1, 60_000],
  [MAX_INTERVAL_SECONDS, 86_400_000],
  [MAX_INTERVAL_SECONDS + 1, 86_400_000],
])('a heartbeat period of %d s is %d ms', (seconds, ms) => {
  expect(read(period(seconds)).heartbeatPeriodMs).toBe(ms);
});

test.each([
  [{ include: true, scope: 'delta' }, 'delta'],
  [{ include: true, scope: 'full' }, 'full'],
  [{ include: true }, 'full'],
  [{ include: true, scope: 'something' }, 'full'],
  [{ include: false, scope: 'delta' }, 'none'],
  [{ scope: 'full' }, 'none'],
])('a hardware profile of %j sends %s', (hardwareProfile, hardware) => {
  expect(read(profile(hardwareProfile)).hardware).toBe(hardware);
});

test('the other intervals', () => {
  expect(read({ workloads_monitoring_interval: 7, configuration: { poll_interval_seconds: 3 } })).toMatchObject({
    monitoringIntervalMs: 7_000,
    pollIntervalMs: 3_000,
  });
});
