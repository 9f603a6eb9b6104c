import { jsonEqual } from '../../foundation/index.ts';
import type { CallOptions, ResourceStore } from '../../ports/index.ts';
import { EDGE_DEVICE } from '../../resources/index.ts';
import type { EdgeDevice } from '../../resources/index.ts';
import { applyDeviceStatus } from '../write-fields.ts';
import { FIELD_OWNERS, WORKLOAD_LABEL_PREFIX } from './field-owners.ts';
import { controllerFields } from './plan-device.ts';
import type { DevicePlan } from './plan-device.ts';
import { isAssigned, reportedFields } from './reported-fields.ts';

function hasLabels(device: EdgeDevice, labels: DevicePlan['labels']): boolean {
  const current = Object.entries(device.metadata.labels ?? {}).filter(([key]) => key.startsWith(WORKLOAD_LABEL_PREFIX));
  return jsonEqual(Object.fromEntries(current), labels);
}

/** Writes what of a plan differs from the device as it was read; resolves to the device as it is then. */
export async function writeDevicePlan(
  store: ResourceStore,
  read: EdgeDevice,
  plan: DevicePlan,
  options: CallOptions = {},
): Promise<EdgeDevice> {
  let device = read;
  if (!jsonEqual(controllerFields(device.status), plan.fields)) {
    device = await applyDeviceStatus(store, device, FIELD_OWNERS.controller, plan.fields, options);
  }
  if ((device.status?.deployments ?? []).some((entry) => !isAssigned(entry))) {
    device = await applyDeviceStatus(store, device, FIELD_OWNERS.edgeApi, reportedFields(device.status), options);
  }
  if (!hasLabels(device, plan.labels)) {
    const { name, namespace, resourceVersion = '' } = device.metadata;
    const labelled = { metadata: { name, namespace, resourceVersion, labels: plan.labels } };
    device = await store.apply(EDGE_DEVICE, labelled, { ...options, owner: FIELD_OWNERS.controller, force: true });
  }
  return device;
}
