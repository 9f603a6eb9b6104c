import { jsonEqual } from '../../foundation/index.ts';
import type { CallOptions, Clock, ResourceStore } from '../../ports/index.ts';
import type { EventRecorder } from '../../reconcile/index.ts';
import { EDGE_DEPLOYMENT, resourceKey } from '../../resources/index.ts';
import type { EdgeDeployment, ResourceRef } from '../../resources/index.ts';
import { DEPLOYMENT_FINALIZER, FIELD_OWNERS } from '../edge-device/index.ts';
import { setFinalizers } from '../set-finalizers.ts';
import type { Unsupported } from './unsupported.ts';
import type { DeploymentTally } from './deployment-tally.ts';
import { describeDeployment } from './describe-deployment.ts';

/** What reconciling a deployment needs. */
export interface DeploymentReconcilerParts {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly tally: DeploymentTally;
  readonly deployment: (ref: ResourceRef) => EdgeDeployment | undefined;
  /** What devices cannot run of it. */
  readonly unsupported: (deployment: EdgeDeployment) => readonly Unsupported[];
  /** Whether any device has an entry for it, also one that is being withdrawn. */
  readonly isCarried: (deployment: EdgeDeployment) => boolean;
}

/** Reconciles one deployment: its finalizer and its status. Which devices carry it is each device's own affair. */
export function createDeploymentReconciler(
  parts: DeploymentReconcilerParts,
): (ref: ResourceRef, options?: CallOptions) => Promise<void> {
  const { store, clock, events } = parts;

  async function finalize(deployment: EdgeDeployment, options: CallOptions): Promise<EdgeDeployment> {
    const { deletionTimestamp, finalizers = [] } = deployment.metadata;
    const held = finalizers.includes(DEPLOYMENT_FINALIZER);
    if (deletionTimestamp === undefined && !held)
      return setFinalizers(store, EDGE_DEPLOYMENT, deployment, [DEPLOYMENT_FINALIZER], options);
    if (deletionTimestamp !== undefined && held && !parts.isCarried(deployment))
      return setFinalizers(store, EDGE_DEPLOYMENT, deployment, [], options);
    return deployment;
  }

  function announceRefusal(deployment: EdgeDeployment, unsupported: readonly Unsupported[]): void {
    const known = deployment.status?.conditions?.find(({ type }) => type === 'Accepted');
    if (
      unsupported.length === 0 ||
      (known?.status === 'False' && known.observedGeneration === deployment.metadata.generation)
    )
      return;
    const message = unsupported.map(({ path, reason }) => `${path}: ${reason}`).join('; ');
    events.record({ about: deployment, type: 'Warning', reason: 'UnsupportedPodSpec', message });
  }

  return async (ref, options = {}) => {
    const read = parts.deployment(ref);
    if (read === undefined) return;
    const deployment = await finalize(read, options);
    if (deployment.metadata.deletionTimestamp !== undefined) return;
    const unsupported = parts.unsupported(read);
    const status = describeDeployment(deployment, unsupported, parts.tally.of(resourceKey(ref)), clock.nowMs());
    if (jsonEqual(deployment.status, status)) return;
    const { name, namespace, resourceVersion } = deployment.metadata;
    const identity = { name, namespace, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
    await store.apply(
      EDGE_DEPLOYMENT,
      { metadata: identity, status },
      { ...options, owner: FIELD_OWNERS.controller, subresource: 'status', force: true },
    );
    announceRefusal(deployment, unsupported);
  };
}
