import { resourceKey } from '../resources/index.ts';
import type { EdgeDeployment, EdgeDevice, ResourceRef } from '../resources/index.ts';
import { createController, createEventRecorder } from '../reconcile/index.ts';
import type { Controller } from '../reconcile/index.ts';
import { createConfigurationCache } from './configuration/configuration-cache.ts';
import type { ControlPlane, ControlPlaneParts } from './control-plane.ts';
import { createEdgeApi } from './edge-api/create-edge-api.ts';
import { createDeploymentReconciler } from './edge-deployment/reconcile-deployment.ts';
import { createLivenessExchange } from './edge-device/liveness-exchange.ts';
import { createLivenessTracker } from './edge-device/liveness.ts';
import { createDeviceReconciler } from './edge-device/reconcile-device.ts';
import { createFleetView } from './fleet-view.ts';
import type { FleetView } from './fleet-view.ts';

/** Changes of a deployment's figures that come within this time are written together. */
const TALLY_DELAY_MS = 500;

function refOfKey(key: string): ResourceRef {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** What of a deployment decides which devices carry it, and what they are told. */
function deploymentInput({ metadata, spec }: EdgeDeployment): string {
  return JSON.stringify([
    metadata.uid,
    metadata.generation,
    metadata.deletionTimestamp,
    metadata.generation === undefined ? spec : null,
  ]);
}

function routeChanges(fleet: FleetView, devices: Controller, deployments: Controller): void {
  fleet.deployments.onChange((previous, current) => {
    const deployment = current ?? previous;
    if (deployment === undefined) return;
    deployments.enqueue(resourceKey(deployment.metadata));
    if (previous !== undefined && current !== undefined && deploymentInput(previous) === deploymentInput(current))
      return;
    for (const device of fleet.devicesTouchedBy(deployment)) devices.enqueue(resourceKey(device.metadata));
  });
  fleet.devices.onChange((previous, current) => {
    const device = current ?? previous;
    if (device === undefined) return;
    devices.enqueue(resourceKey(device.metadata));
    for (const key of fleet.tally.update(previous, current)) deployments.enqueueAfter(key, TALLY_DELAY_MS);
    for (const key of carriedKeys(previous)) if (!carriedKeys(current).includes(key)) deployments.enqueue(key);
  });
}

function carriedKeys(device: EdgeDevice | undefined): string[] {
  return (device?.status?.deployments ?? []).map(({ name }) =>
    resourceKey({ namespace: device?.metadata.namespace ?? '', name }),
  );
}

/** Creates the control plane over a store. Nothing runs until `watch` and `reconcile` are called. */
export function createControlPlane(parts: ControlPlaneParts): ControlPlane {
  const { store, clock, logger, metrics, settings, random } = parts;
  const events = createEventRecorder({ store, component: 'k4e-operator', clock, logger });
  const liveness = createLivenessTracker({ clock });
  let leads = false;
  const exchange = createLivenessExchange({
    store,
    clock,
    logger,
    metrics,
    liveness,
    replica: settings.replica,
    leads: () => leads,
  });
  const fleet = createFleetView({ store, clock, logger, metrics });
  const configurations = createConfigurationCache();
  const common = { clock, logger, metrics, random, workers: settings.workers };

  const reconcileDevice = createDeviceReconciler({
    store,
    clock,
    events,
    liveness,
    gracePeriodMs: settings.gracePeriodMs,
    device: fleet.devices.get,
    deploymentsFor: fleet.deploymentsFor,
  });
  const reconcileDeployment = createDeploymentReconciler({
    store,
    clock,
    events,
    tally: fleet.tally,
    deployment: fleet.deployments.get,
    unsupported: fleet.unsupported,
    isCarried: fleet.isCarried,
  });
  const devices = createController({
    ...common,
    name: 'edge-device',
    reconcile: (key, options) => reconcileDevice(refOfKey(key), options),
  });
  const deployments = createController({
    ...common,
    name: 'edge-deployment',
    reconcile: (key, options) => reconcileDeployment(refOfKey(key), options),
  });
  routeChanges(fleet, devices, deployments);

  const edgeApi = createEdgeApi({
    store,
    clock,
    logger,
    metrics,
    events,
    liveness,
    uuid: parts.uuid,
    deviceNamespace: settings.deviceNamespace,
    synced: fleet.synced,
    cached: fleet.devices.get,
    configuration: (device) => configurations.of(device, fleet.carriedBy(device)),
    onHeardAgain: (ref) => devices.enqueue(resourceKey(ref)),
  });
  return {
    edgeApi,
    async watch({ signal }) {
      await Promise.all([fleet.run({ signal }), exchange.run({ signal }), events.run({ signal })]);
    },
    async reconcile({ signal }) {
      leads = true;
      liveness.beginJudging();
      for (const device of fleet.devices.list()) devices.enqueue(resourceKey(device.metadata));
      for (const deployment of fleet.deployments.list()) deployments.enqueue(resourceKey(deployment.metadata));
      await Promise.all([devices.run({ signal }), deployments.run({ signal })]).finally(() => (leads = false));
    },
    synced: fleet.synced,
  };
}
