import type { Device, DeviceParts } from './device.ts';
import { DeviceRunner } from './device-runner.ts';

/** Creates a device. Nothing happens before `run`. */
export function createDevice(parts: DeviceParts): Device {
  const runner = new DeviceRunner(parts);
  return {
    run: (options) => runner.run(options),
    workloads: () => runner.engine.reports(),
    appliedVersion: () => runner.keeper.appliedVersion,
    status: () => runner.status(),
  };
}
