import type { DeviceDeployment, EdgeDeployment, EdgeDevice, EdgeDeviceStatus } from '../../resources/index.ts';

/** The moment at which the samples are looked at. */
export const SAMPLE_NOW_MS = Date.UTC(2026, 0, 1, 12);

/** The sample moment, some seconds later, as a status shows it. */
export function sampleTime(offsetSeconds = 0): string {
  return new Date(SAMPLE_NOW_MS + offsetSeconds * 1_000).toISOString();
}

/** A device with that status. */
export function sampleDevice(
  status: EdgeDeviceStatus = {},
  metadata: Partial<EdgeDevice['metadata']> = {},
): EdgeDevice {
  return {
    apiVersion: 'management.k4e.io/v1alpha1',
    kind: 'EdgeDevice',
    metadata: { name: 'dev-1', namespace: 'default', generation: 1, ...metadata },
    status,
  };
}

/** A deployment for every device. */
export function sampleDeployment(name: string, metadata: Partial<EdgeDeployment['metadata']> = {}): EdgeDeployment {
  return {
    apiVersion: 'management.k4e.io/v1alpha1',
    kind: 'EdgeDeployment',
    metadata: { name, namespace: 'default', generation: 1, ...metadata },
    spec: {
      type: 'pod',
      deviceSelector: {},
      pod: { spec: { containers: [{ name: 'web', image: 'localhost/web:1' }] } },
    },
  };
}

/** An entry that the controller holds and the device reports as running. */
export function sampleEntry(name: string, entry: Partial<DeviceDeployment> = {}): DeviceDeployment {
  return { name, assignedTime: sampleTime(-60), phase: 'Running', lastTransitionTime: sampleTime(-30), ...entry };
}
