import { createController, createEventRecorder } from '../reconcile/index.ts';
import type { Controller, EventRecorder } from '../reconcile/index.ts';
import { resourceKey } from '../resources/index.ts';
import { guardOutage } from './buckets/index.ts';
import { createConfigurationCache } from './configuration/index.ts';
import type { ConfigurationCache } from './configuration/index.ts';
import type { ControlPlane, ControlPlaneParts } from './control-plane.ts';
import { createClaims, createStorageController } from './create-storage-controllers.ts';
import { createDeliveredBuckets } from './device-storage/index.ts';
import { createEdgeApi, createHeldPolls } from './edge-api/index.ts';
import type { EdgeApi, HeldPolls } from './edge-api/index.ts';
import { createDeploymentReconciler } from './edge-deployment/index.ts';
import { createDeviceReconciler, createLivenessExchange, createLivenessTracker } from './edge-device/index.ts';
import type { LivenessTracker } from './edge-device/index.ts';
import { createFleetView } from './fleet-view.ts';
import type { FleetView } from './fleet-view.ts';
import { refOfKey, routeChanges } from './route-changes.ts';

/** How long passes may go on after the leadership is lost: less than the lease's reserve, or two replicas reconcile at once. */
const DRAIN_LIMIT_MS = 4_000;

/** What the parts of a control plane share. */
interface Shared extends ControlPlaneParts {
  readonly events: EventRecorder;
  readonly liveness: LivenessTracker;
  readonly fleet: FleetView;
  readonly configurations: ConfigurationCache;
  readonly heldPolls: HeldPolls;
}

function createControllers(shared: Shared): { readonly devices: Controller; readonly deployments: Controller } {
  const { clock, logger, metrics, random, fleet, configurations, settings } = shared;
  const common = { clock, logger, metrics, random, workers: settings.workers, drainLimitMs: DRAIN_LIMIT_MS };
  const reconcileDevice = createDeviceReconciler({
    ...shared,
    gracePeriodMs: settings.gracePeriodMs,
    device: (ref) => fleet.devices.get(ref),
    deploymentsFor: (device) => fleet.deploymentsFor(device),
    configuration: (device, deployments) => configurations.of(device, deployments),
  });
  const reconcileDeployment = createDeploymentReconciler({
    ...shared,
    tally: fleet.tally,
    deployment: (ref) => fleet.deployments.get(ref),
    unsupported: (deployment) => fleet.unsupported(deployment),
    isCarried: (deployment) => fleet.isCarried(deployment),
  });
  return {
    devices: createController({
      ...common,
      name: 'edge-device',
      reconcile: (key, options) => reconcileDevice(refOfKey(key), options),
    }),
    deployments: createController({
      ...common,
      name: 'edge-deployment',
      reconcile: (key, options) => reconcileDeployment(refOfKey(key), options),
    }),
  };
}

function createApi(shared: Shared, devices: Controller): EdgeApi {
  const { fleet, configurations, settings } = shared;
  const buckets = createDeliveredBuckets({ ...shared, onPauseOver: (key) => shared.heldPolls.ring(key) });
  return createEdgeApi({
    ...shared,
    deviceNamespace: settings.deviceNamespace,
    synced: () => fleet.synced(),
    cached: (ref) => fleet.devices.get(ref),
    configuration: async (device, options) =>
      configurations.delivered(device, fleet.carriedBy(device), await buckets.of(device, options)),
    sources: (device) => [device, ...fleet.carriedBy(device)],
    onHeardAgain: (ref) => devices.enqueue(resourceKey(ref)),
  });
}

/** Creates the control plane over a store. Nothing runs until `watch` and `reconcile` are called. */
export function createControlPlane(parts: ControlPlaneParts): ControlPlane {
  const { store, clock, logger, settings } = parts;
  const events = createEventRecorder({ store, component: 'k4e-operator', clock, logger });
  const liveness = createLivenessTracker({ clock });
  const fleet = createFleetView(parts);
  const configurations = createConfigurationCache(fleet);
  const direct = parts.directBuckets;
  const directBuckets = direct && { ...direct, buckets: guardOutage(direct.buckets, parts) };
  const heldPolls = createHeldPolls(parts);
  const shared = { ...parts, directBuckets, events, liveness, fleet, configurations, heldPolls };
  const { devices, deployments } = createControllers(shared);
  let leads = false;
  const exchange = createLivenessExchange({ ...parts, liveness, replica: settings.replica, leads: () => leads });
  const storage = createStorageController({ ...shared, drainLimitMs: DRAIN_LIMIT_MS });
  const claims = createClaims({ ...shared, drainLimitMs: DRAIN_LIMIT_MS });
  routeChanges(fleet, { devices, deployments, storage, heldPolls });
  return {
    edgeApi: createApi(shared, devices),
    async watch({ signal }) {
      await Promise.all([fleet.run({ signal }), exchange.run({ signal }), events.run({ signal })]);
    },
    async reconcile({ signal }) {
      leads = true;
      liveness.beginJudging();
      for (const { metadata } of fleet.devices.list())
        for (const controller of [devices, storage]) controller.enqueue(resourceKey(metadata));
      for (const deployment of fleet.deployments.list()) deployments.enqueue(resourceKey(deployment.metadata));
      const runners = [devices, deployments, storage, ...(claims === undefined ? [] : [claims])];
      const running = runners.map((runner) => runner.run({ signal }));
      await Promise.all(running).finally(() => (leads = false));
    },
    synced: () => fleet.synced(),
  };
}
