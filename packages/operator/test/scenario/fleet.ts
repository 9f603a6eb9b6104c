import { randomUUID } from 'node:crypto';
import { createControlPlane } from '@k4e/core/control-plane';
import type { ControlPlane, DirectBuckets, StorageSettings } from '@k4e/core/control-plane';
import { deviceConfigurationSchema } from '@k4e/core/protocol';
import type { Heartbeat, ReceivedDeviceConfiguration } from '@k4e/core/protocol';
import { EDGE_DEPLOYMENT, EDGE_DEVICE, EVENT } from '@k4e/core/resources';
import type { EdgeDeployment, EdgeDeploymentSpec, EdgeDevice, EventResource } from '@k4e/core/resources';
import type { ResourceStore } from '@k4e/core/ports';
import { createDiscardMetrics, createFakeClock, createMemoryLogger } from '@k4e/core/testing';
import type { FakeClock, MemoryLogger } from '@k4e/core/testing';
import { createSqliteStore } from '@k4e/store-sqlite';

const NAMESPACE = 'default';
/** Grace period of the scenarios. */
export const GRACE_PERIOD_MS = 120_000;

/** A whole control plane over an embedded store, on a clock that the test moves. */
export interface Fleet {
  readonly clock: FakeClock;
  readonly logger: MemoryLogger;
  /** What is stored, without what `storeSeen` puts before it. */
  readonly store: ResourceStore;
  readonly controlPlane: ControlPlane;
  device(name: string): Promise<EdgeDevice | undefined>;
  deployment(name: string): Promise<EdgeDeployment | undefined>;
  events(name: string): Promise<EventResource[]>;
  deploy(name: string, spec: Partial<EdgeDeploymentSpec>): Promise<void>;
  label(device: string, labels: Record<string, string>): Promise<void>;
  register(device: string): Promise<void>;
  configuration(device: string): Promise<ReceivedDeviceConfiguration>;
  /** What a healthy device does: fetches, "runs" everything, and says so. */
  live(device: string, heartbeat?: Heartbeat): Promise<void>;
  stop(): Promise<void>;
}

/** What of a fleet may be another one. */
export interface FleetOptions {
  /** Makes the store that the control plane sees of the one there is. */
  readonly storeSeen?: (store: ResourceStore) => ResourceStore;
  readonly clock?: FakeClock;
  readonly storage?: StorageSettings;
  readonly directBuckets?: DirectBuckets;
}

/** Starts a control plane and waits until it serves. */
export async function startFleet(options: FleetOptions = {}): Promise<Fleet> {
  const { storeSeen = (store: ResourceStore) => store, clock = createFakeClock(), storage, directBuckets } = options;
  const logger = createMemoryLogger();
  const store = createSqliteStore({ file: ':memory:', clock, logger });
  const replica = { id: 'replica-1', namespace: 'k4e-operator-system' };
  const settings = {
    ...{ deviceNamespace: NAMESPACE, gracePeriodMs: GRACE_PERIOD_MS, workers: 4, replica },
    ...(storage === undefined ? {} : { storage }),
  };
  const controlPlane = createControlPlane({
    store: storeSeen(store),
    clock,
    logger,
    metrics: createDiscardMetrics(),
    settings,
    directBuckets,
    random: () => 0.5,
    uuid: randomUUID,
  });
  const stopper = new AbortController();
  const running = Promise.all([controlPlane.watch(stopper), controlPlane.reconcile(stopper)]);
  for (let moment = 0; moment < 1_000 && !controlPlane.synced(); moment++) await clock.advance(1);
  if (!controlPlane.synced()) throw new Error(JSON.stringify(logger.lines));
  const { edgeApi } = controlPlane;
  const configuration = async (device: string): Promise<ReceivedDeviceConfiguration> =>
    deviceConfigurationSchema.parse((await edgeApi.fetchData(device))?.content);
  return {
    clock,
    logger,
    store,
    controlPlane,
    configuration,
    device: (name) => store.get(EDGE_DEVICE, { namespace: NAMESPACE, name }),
    deployment: (name) => store.get(EDGE_DEPLOYMENT, { namespace: NAMESPACE, name }),
    events: async (name) =>
      (await store.list(EVENT, { namespace: NAMESPACE })).items.filter(
        ({ involvedObject }) => involvedObject.name === name,
      ),
    async deploy(name, spec) {
      const pod = { spec: { containers: [{ name: 'web', image: 'localhost/web:1' }] } };
      await store.apply(
        EDGE_DEPLOYMENT,
        { metadata: { namespace: NAMESPACE, name }, spec: { type: 'pod', pod, ...spec } },
        { owner: 'kubectl' },
      );
    },
    async label(name, labels) {
      await store.apply(
        EDGE_DEVICE,
        { metadata: { namespace: NAMESPACE, name, labels } },
        { owner: 'kubectl', force: true },
      );
    },
    register: (device) =>
      edgeApi.acceptData(device, {
        directive: 'registration',
        content: { os_image_id: 'unknown', hardware: { hostname: device } },
      }),
    async live(device, heartbeat = {}) {
      const { version, workloads } = await configuration(device);
      const content = {
        status: 'up',
        version,
        workloads: workloads.map(({ name }) => ({ name, status: 'Running' })),
        ...heartbeat,
      };
      await edgeApi.acceptData(device, { directive: 'heartbeat', content });
    },
    async stop() {
      stopper.abort();
      await clock.advance(20_000);
      await running;
      await store.close();
    },
  };
}
