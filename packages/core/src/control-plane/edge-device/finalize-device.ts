import type { CallOptions, Clock, ResourceStore } from '../../ports/index.ts';
import type { EventRecorder } from '../../reconcile/index.ts';
import { EDGE_DEVICE } from '../../resources/index.ts';
import type { EdgeDevice } from '../../resources/index.ts';
import { setFinalizers } from '../set-finalizers.ts';
import { CONNECTION_FINALIZER, WORKLOAD_FINALIZER } from './field-owners.ts';

const DEVICE_FINALIZERS = [CONNECTION_FINALIZER, WORKLOAD_FINALIZER];

/** What the end of a device needs. */
export interface FinalizeParts {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly gracePeriodMs: number;
}

/**
 * Holds a device with finalizers while it lives, and lets a deleted one go once the grace period is over, saying so.
 * Resolves to the time until that, `undefined` when nothing is due.
 */
export async function finalizeDevice(
  { store, clock, events, gracePeriodMs }: FinalizeParts,
  device: EdgeDevice,
  options: CallOptions = {},
): Promise<number | undefined> {
  const { deletionTimestamp, finalizers = [] } = device.metadata;
  const held = finalizers.filter((finalizer) => DEVICE_FINALIZERS.includes(finalizer));
  if (deletionTimestamp === undefined) {
    if (held.length < DEVICE_FINALIZERS.length)
      await setFinalizers(store, EDGE_DEVICE, device, DEVICE_FINALIZERS, options);
    return undefined;
  }
  if (held.length === 0) return undefined;
  const remainingMs = Date.parse(deletionTimestamp) + gracePeriodMs - clock.nowMs();
  if (remainingMs > 0) return remainingMs;
  const seconds = Math.round(gracePeriodMs / 1_000);
  const message = `the device did not answer within ${seconds} s of its deletion; deleted without it. If it comes back it registers again and its old workloads are removed`;
  events.record({ about: device, type: 'Warning', reason: 'DisconnectUnconfirmed', message });
  await setFinalizers(store, EDGE_DEVICE, device, [], options);
  return undefined;
}
