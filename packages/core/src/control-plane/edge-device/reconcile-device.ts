import { jsonEqual } from '../../foundation/index.ts';
import type { CallOptions, Clock, ResourceStore } from '../../ports/index.ts';
import type { EventRecorder } from '../../reconcile/index.ts';
import { EDGE_DEVICE } from '../../resources/index.ts';
import type { EdgeDeployment, EdgeDevice, ResourceRef } from '../../resources/index.ts';
import { setFinalizers } from '../set-finalizers.ts';
import { applyDeviceStatus } from '../write-fields.ts';
import { announceDeviceChanges } from './announce-device-changes.ts';
import { CONNECTION_FINALIZER, FIELD_OWNERS, WORKLOAD_FINALIZER, WORKLOAD_LABEL_PREFIX } from './field-owners.ts';
import type { LivenessTracker } from './liveness.ts';
import { controllerFields, planDevice } from './plan-device.ts';
import type { DevicePlan } from './plan-device.ts';
import { isAssigned, reportedFields } from './reported-fields.ts';

/** What reconciling a device needs. */
export interface DeviceReconcilerParts {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly liveness: LivenessTracker;
  readonly gracePeriodMs: number;
  readonly device: (ref: ResourceRef) => EdgeDevice | undefined;
  /** The accepted deployments that are for a device, none of them being deleted. */
  readonly deploymentsFor: (device: EdgeDevice) => readonly EdgeDeployment[];
}

/** When to look again though nothing happens. */
export interface Outcome {
  readonly requeueAfterMs?: number;
}

const DEVICE_FINALIZERS = [CONNECTION_FINALIZER, WORKLOAD_FINALIZER];

function hasLabels(device: EdgeDevice, labels: DevicePlan['labels']): boolean {
  const current = Object.entries(device.metadata.labels ?? {}).filter(([key]) => key.startsWith(WORKLOAD_LABEL_PREFIX));
  return jsonEqual(Object.fromEntries(current), labels);
}

function ownFinalizers({ metadata }: EdgeDevice): string[] {
  return (metadata.finalizers ?? []).filter((finalizer) => DEVICE_FINALIZERS.includes(finalizer));
}

/**
 * Reconciles one device: its entries, labels, conditions and figures, and the end of its deletion. Level-based: it reads
 * what is, decides with `planDevice`, and writes only what differs.
 */
export function createDeviceReconciler(
  parts: DeviceReconcilerParts,
): (ref: ResourceRef, options?: CallOptions) => Promise<Outcome> {
  const { store, clock, events, gracePeriodMs } = parts;

  async function write(read: EdgeDevice, plan: DevicePlan, options: CallOptions): Promise<EdgeDevice> {
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

  async function finalize(device: EdgeDevice, options: CallOptions): Promise<Outcome> {
    const { deletionTimestamp } = device.metadata;
    const held = ownFinalizers(device);
    if (deletionTimestamp === undefined) {
      if (held.length < DEVICE_FINALIZERS.length)
        await setFinalizers(store, EDGE_DEVICE, device, DEVICE_FINALIZERS, options);
      return {};
    }
    if (held.length === 0) return {};
    const remainingMs = Date.parse(deletionTimestamp) + gracePeriodMs - clock.nowMs();
    if (remainingMs > 0) return { requeueAfterMs: remainingMs };
    const seconds = Math.round(gracePeriodMs / 1_000);
    const message = `the device did not answer within ${seconds} s of its deletion; deleted without it. If it comes back it registers again and its old workloads are removed`;
    events.record({ about: device, type: 'Warning', reason: 'DisconnectUnconfirmed', message });
    await setFinalizers(store, EDGE_DEVICE, device, [], options);
    return {};
  }

  return async (ref, options = {}) => {
    const device = parts.device(ref);
    if (device === undefined) {
      parts.liveness.forget(ref);
      return {};
    }
    const deleting = device.metadata.deletionTimestamp !== undefined;
    const deployments = deleting ? [] : parts.deploymentsFor(device);
    const plan = planDevice({
      device,
      deployments,
      liveness: parts.liveness.of(device),
      nowMs: clock.nowMs(),
      gracePeriodMs,
    });
    const written = await write(device, plan, options);
    announceDeviceChanges(events, device, plan);
    const { requeueAfterMs: finalizeAfterMs } = await finalize(written, options);
    const delaysMs = [plan.requeueAfterMs, finalizeAfterMs].filter((delayMs) => delayMs !== undefined);
    return delaysMs.length === 0 ? {} : { requeueAfterMs: Math.min(...delaysMs) };
  };
}
