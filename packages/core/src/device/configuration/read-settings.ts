import { DEFAULT_PERIOD_SECONDS } from '../../protocol/index.ts';
import type { ReceivedDeviceConfiguration } from '../../protocol/index.ts';
import { MAX_INTERVAL_SECONDS } from '../../resources/index.ts';

/** Between two checks of the device for drift when the configuration names no interval, in seconds. */
export const DEFAULT_MONITORING_SECONDS = 30;

/** How the agent itself should work. */
export interface DeviceSettings {
  readonly heartbeatPeriodMs: number;
  /** Whether heartbeats carry hardware: none, all of it each time, or what changed. */
  readonly hardware: 'none' | 'full' | 'delta';
  /** Between two checks of the device for drift. */
  readonly monitoringIntervalMs: number;
  /** Between two looks for a new configuration; `undefined`: as the link does by itself. */
  readonly pollIntervalMs: number | undefined;
}

/** What holds before any configuration was received. */
export const DEFAULT_SETTINGS: DeviceSettings = {
  heartbeatPeriodMs: DEFAULT_PERIOD_SECONDS * 1_000,
  hardware: 'none',
  monitoringIntervalMs: DEFAULT_MONITORING_SECONDS * 1_000,
  pollIntervalMs: undefined,
};

/**
 * The settings of a configuration. An interval that is missing, zero or negative is the default (wire: upstream does the
 * same with the heartbeat period); one above `MAX_INTERVAL_SECONDS` is that.
 */
export function readSettings(received: ReceivedDeviceConfiguration): DeviceSettings {
  const { configuration, workloads_monitoring_interval: monitoring } = received;
  const profile = configuration?.heartbeat?.hardware_profile;
  const scope = profile?.scope === 'delta' ? 'delta' : 'full';
  return {
    heartbeatPeriodMs: intervalMs(configuration?.heartbeat?.period_seconds) ?? DEFAULT_SETTINGS.heartbeatPeriodMs,
    hardware: profile?.include === true ? scope : 'none',
    monitoringIntervalMs: intervalMs(monitoring) ?? DEFAULT_SETTINGS.monitoringIntervalMs,
    pollIntervalMs: intervalMs(configuration?.poll_interval_seconds),
  };
}

function intervalMs(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds <= 0 ? undefined : Math.min(seconds, MAX_INTERVAL_SECONDS) * 1_000;
}
