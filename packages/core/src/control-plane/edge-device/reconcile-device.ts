import type { CallOptions } from '../../ports/index.ts';
import type { EdgeDeployment, EdgeDevice, ResourceRef } from '../../resources/index.ts';
import { announceDeviceChanges } from './announce-device-changes.ts';
import { finalizeDevice } from './finalize-device.ts';
import type { FinalizeParts } from './finalize-device.ts';
import type { FittedDeployments } from './fit-deployments.ts';
import type { LivenessTracker } from './liveness.ts';
import { planDevice } from './plan-device.ts';
import { writeDevicePlan } from './write-device-plan.ts';

/** What reconciling a device needs. */
export interface DeviceReconcilerParts extends FinalizeParts {
  readonly liveness: LivenessTracker;
  readonly device: (ref: ResourceRef) => EdgeDevice | undefined;
  /** The accepted deployments that are for a device, none of them being deleted, and which of them it has room for. */
  readonly deploymentsFor: (device: EdgeDevice) => FittedDeployments;
  /** The configuration that makes a device run these deployments. */
  readonly configuration: (device: EdgeDevice, deployments: readonly EdgeDeployment[]) => { readonly version: string };
}

/** When to look again though nothing happens. */
export interface Outcome {
  readonly requeueAfterMs?: number;
}

const NO_DEPLOYMENTS: FittedDeployments = { fitting: [], leftOut: [] };

/**
 * Reconciles one device: its entries, labels, conditions and figures, and the end of its deletion. Level-based: it reads
 * what is, decides with `planDevice`, and writes only what differs.
 */
export function createDeviceReconciler(
  parts: DeviceReconcilerParts,
): (ref: ResourceRef, options?: CallOptions) => Promise<Outcome> {
  const { store, clock, events, liveness, gracePeriodMs } = parts;
  return async (ref, options = {}) => {
    const device = parts.device(ref);
    if (device === undefined) {
      liveness.forget(ref);
      return {};
    }
    const deleting = device.metadata.deletionTimestamp !== undefined;
    const { fitting, leftOut } = deleting ? NO_DEPLOYMENTS : parts.deploymentsFor(device);
    const { version: configurationVersion } = parts.configuration(device, fitting);
    const facts = { configurationVersion, liveness: liveness.of(device), nowMs: clock.nowMs(), gracePeriodMs };
    const plan = planDevice({ ...facts, device, deployments: fitting, leftOut });
    const written = await writeDevicePlan(store, device, plan, options);
    announceDeviceChanges(events, device, plan);
    const finalizeAfterMs = await finalizeDevice(parts, written, options);
    const delaysMs = [plan.requeueAfterMs, finalizeAfterMs].filter((delayMs) => delayMs !== undefined);
    return delaysMs.length === 0 ? {} : { requeueAfterMs: Math.min(...delaysMs) };
  };
}
