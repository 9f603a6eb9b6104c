import type { Clock, Logger, MetricsSink, ResourceStore } from '../ports/index.ts';
import { createInformer } from '../reconcile/index.ts';
import type { Informer } from '../reconcile/index.ts';
import { EDGE_DEPLOYMENT, EDGE_DEVICE, resourceKey } from '../resources/index.ts';
import type { EdgeDeployment, EdgeDevice } from '../resources/index.ts';
import { assembleWorkload } from './configuration/index.ts';
import type { AssembledWorkload } from './configuration/index.ts';
import {
  checkPodSpec,
  createDeploymentTally,
  deploymentTerms,
  deviceTerms,
  isDeployedTo,
} from './edge-deployment/index.ts';
import type { DeploymentTally, Unsupported } from './edge-deployment/index.ts';
import { fitDeployments } from './edge-device/index.ts';
import type { FittedDeployments } from './edge-device/index.ts';
import { remember, rememberLast } from './remember.ts';

/**
 * The fleet as it was last seen: devices and deployments, found by what brings them together. Questions cost as much as
 * their answer is long, however large the fleet is.
 */
export interface FleetView {
  readonly devices: Informer<EdgeDevice>;
  readonly deployments: Informer<EdgeDeployment>;
  readonly tally: DeploymentTally;
  /** The accepted deployments that are for a device, none of them being deleted, and which of them it has room for. */
  deploymentsFor(device: EdgeDevice): FittedDeployments;
  /**
   * The deployments that a device is to be told to run: assigned by the controller, accepted, not being deleted. Those
   * that have grown beyond the device's room since they were assigned are left out, by the rule of `deploymentsFor`.
   */
  carriedBy(device: EdgeDevice): readonly EdgeDeployment[];
  /** Devices that a deployment is for, or that have an entry for it. */
  devicesTouchedBy(deployment: EdgeDeployment): ReadonlySet<EdgeDevice>;
  /** Whether any device has an entry for it, also one that is being withdrawn. */
  isCarried(deployment: EdgeDeployment): boolean;
  unsupported(deployment: EdgeDeployment): readonly Unsupported[];
  /** A deployment as devices are told of it. */
  workloadOf(deployment: EdgeDeployment): AssembledWorkload;
  run(options: { readonly signal: AbortSignal }): Promise<void>;
  synced(): boolean;
}

const TERM = 'term';
const CARRIES = 'carries';

function carriedKeys({ metadata, status }: EdgeDevice): string[] {
  return (status?.deployments ?? []).map(({ name }) => resourceKey({ namespace: metadata.namespace, name }));
}

/** Creates a view that is empty until it runs. */
export function createFleetView(parts: {
  readonly store: Pick<ResourceStore, 'list' | 'watch'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsSink;
}): FleetView {
  const scope = {};
  const devices = createInformer({
    ...parts,
    kind: EDGE_DEVICE,
    scope,
    indexers: { [TERM]: deviceTerms, [CARRIES]: carriedKeys },
  });
  const deployments = createInformer({ ...parts, kind: EDGE_DEPLOYMENT, scope, indexers: { [TERM]: deploymentTerms } });
  const workloadOf = remember(assembleWorkload);
  const unsupported = remember((deployment: EdgeDeployment) =>
    checkPodSpec(deployment.spec.pod.spec, workloadOf(deployment).workload.specification),
  );
  const sizeBytesOf = (deployment: EdgeDeployment): number => workloadOf(deployment).sizeBytes;
  const fitAssigned = rememberLast(
    ({ status }: EdgeDevice, assigned: readonly EdgeDeployment[]) =>
      fitDeployments(assigned, status?.deployments ?? [], sizeBytesOf).fitting,
  );
  const runs = (deployment: EdgeDeployment): boolean =>
    deployment.metadata.deletionTimestamp === undefined && unsupported(deployment).length === 0;
  return {
    devices,
    deployments,
    tally: createDeploymentTally(),
    unsupported,
    workloadOf,
    deploymentsFor(device) {
      const candidates = new Set(deviceTerms(device).flatMap((term) => [...deployments.byIndex(TERM, term)]));
      const wanted = [...candidates].filter((deployment) => runs(deployment) && isDeployedTo(deployment, device));
      return fitDeployments(wanted, device.status?.deployments ?? [], sizeBytesOf);
    },
    carriedBy(device) {
      const { metadata, status } = device;
      if (metadata.deletionTimestamp !== undefined) return [];
      const assigned = (status?.deployments ?? []).flatMap(({ name, assignedTime, withdrawnTime }) => {
        if (assignedTime === undefined || withdrawnTime !== undefined) return [];
        const deployment = deployments.get({ namespace: metadata.namespace, name });
        return deployment !== undefined && runs(deployment) ? [deployment] : [];
      });
      return fitAssigned(device, assigned);
    },
    devicesTouchedBy(deployment) {
      const matching = deploymentTerms(deployment).flatMap((term) =>
        [...devices.byIndex(TERM, term)].filter((device) => isDeployedTo(deployment, device)),
      );
      return new Set([...matching, ...devices.byIndex(CARRIES, resourceKey(deployment.metadata))]);
    },
    isCarried: (deployment) => [...devices.byIndex(CARRIES, resourceKey(deployment.metadata))].length > 0,
    async run({ signal }) {
      await Promise.all([devices.run({ signal }), deployments.run({ signal })]);
    },
    synced: () => devices.hasSynced() && deployments.hasSynced(),
  };
}
