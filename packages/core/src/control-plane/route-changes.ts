import type { Controller } from '../reconcile/index.ts';
import { resourceKey } from '../resources/index.ts';
import type { EdgeDeployment, EdgeDevice, ResourceRef } from '../resources/index.ts';
import type { HeldPolls } from './edge-api/index.ts';
import type { FleetView } from './fleet-view.ts';

/** Changes of a deployment's figures that come within this time are written together. */
const TALLY_DELAY_MS = 500;

/** What a key of a controller stands for. */
export function refOfKey(key: string): ResourceRef {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** What of a deployment decides which devices carry it, and what they are told; not its status. */
function deploymentInput({ metadata, spec }: EdgeDeployment): string {
  const { uid, generation, deletionTimestamp } = metadata;
  return JSON.stringify([uid, generation, deletionTimestamp, generation === undefined ? spec : null]);
}

function carriedKeys(device: EdgeDevice | undefined): string[] {
  const namespace = device?.metadata.namespace ?? '';
  return (device?.status?.deployments ?? []).map(({ name }) => resourceKey({ namespace, name }));
}

/** Who hears of changes. */
export interface ChangeReceivers extends Readonly<Record<'devices' | 'deployments' | 'storage', Controller>> {
  readonly heldPolls: Pick<HeldPolls, 'ring'>;
}

/**
 * Turns what changes into who has to be looked at: a deployment touches the devices that it is for or that carry it, a
 * device itself, its bucket, the polls that it waits with and the figures of its deployments. The work grows with what changed, not with the fleet.
 */
export function routeChanges(fleet: FleetView, { devices, deployments, storage, heldPolls }: ChangeReceivers): void {
  fleet.deployments.onChange((previous, current) => {
    const deployment = current ?? previous;
    if (deployment === undefined) return;
    deployments.enqueue(resourceKey(deployment.metadata));
    if (previous !== undefined && current !== undefined && deploymentInput(previous) === deploymentInput(current))
      return;
    for (const device of fleet.devicesTouchedBy(deployment)) {
      devices.enqueue(resourceKey(device.metadata));
      heldPolls.ring(resourceKey(device.metadata));
    }
  });
  fleet.devices.onChange((previous, current) => {
    const device = current ?? previous;
    if (device === undefined) return;
    devices.enqueue(resourceKey(device.metadata));
    storage.enqueue(resourceKey(device.metadata));
    heldPolls.ring(resourceKey(device.metadata));
    for (const key of fleet.tally.update(previous, current)) deployments.enqueueAfter(key, TALLY_DELAY_MS);
    const carried = new Set(carriedKeys(current));
    for (const key of carriedKeys(previous)) if (!carried.has(key)) deployments.enqueue(key);
  });
}
