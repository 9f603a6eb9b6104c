import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createControlPlane } from '@k4e/core/control-plane';
import type { StorageSettings } from '@k4e/core/control-plane';
import { deriveOpenApi } from '@k4e/core/protocol';
import { createSystemClock } from '@k4e/core/system';
import { createPinoLogger } from '@k4e/logging-pino';
import type { OperatorConfig, StorageConfig } from '../config/index.ts';
import { createEdgeServer, createOpsServer } from '../http/index.ts';
import { createPrometheusSink } from '../metrics/index.ts';
import { createReadiness, createStoreProbe } from '../readiness/index.ts';
import { createLeadership } from './leadership.ts';
import { replicaIdentity } from './replica-identity.ts';
import type { OperatorParts } from './operator-parts.ts';

/** Gives a part, and makes it first when nobody asked before. For use within a factory: later, there is nothing to get from. */
export type GetPart = <Name extends keyof OperatorParts>(name: Name) => OperatorParts[Name];

/** How each part is made of the configuration and of others: the whole wiring of an operator. Store and buckets are opened apart. */
export type Factories = {
  readonly [Name in Exclude<keyof OperatorParts, 'store' | 'buckets'>]: (
    get: GetPart,
    config: OperatorConfig,
  ) => OperatorParts[Name];
};

function storageSettings({ default: preset, reclaimPolicy, claim, claimProvisioner }: StorageConfig): StorageSettings {
  const { enabled, storageClassName } = claimProvisioner;
  return {
    ...{ default: preset, reclaimPolicy, claimStorageClass: claim.storageClassName },
    ...(enabled ? { claimProvisioner: { storageClassName } } : {}),
  };
}

/** The wiring of the operator as it is published. */
export const FACTORIES: Factories = {
  clock: () => createSystemClock(),
  logger: (_get, { log }) => createPinoLogger(log),
  prometheus: () => createPrometheusSink({ processMetrics: true }),
  replica: (_get, { replicaId }) => replicaIdentity(replicaId, hostname(), randomUUID()),
  controlPlane: (get, { deviceNamespace, gracePeriodSeconds, workers, operatorNamespace, storage }) =>
    createControlPlane({
      store: get('store'),
      clock: get('clock'),
      logger: get('logger'),
      metrics: get('prometheus').sink,
      settings: {
        deviceNamespace,
        gracePeriodMs: gracePeriodSeconds * 1_000,
        workers,
        replica: { id: get('replica').id, namespace: operatorNamespace },
        storage: storageSettings(storage),
      },
      directBuckets: get('buckets').direct,
      random: Math.random,
      uuid: randomUUID,
    }),
  leadership: (get, { leaderElection, operatorNamespace }) =>
    createLeadership(leaderElection, {
      store: get('store'),
      clock: get('clock'),
      logger: get('logger'),
      metrics: get('prometheus').sink,
      namespace: operatorNamespace,
      holder: get('replica').holder,
    }),
  readiness: (get, { deviceNamespace }) => {
    const controlPlane = get('controlPlane');
    const probe = createStoreProbe({ store: get('store'), clock: get('clock'), namespace: deviceNamespace });
    return createReadiness({ synced: () => controlPlane.synced(), probe });
  },
  edgeServer: (get) =>
    createEdgeServer({
      edgeApi: get('controlPlane').edgeApi,
      clock: get('clock'),
      logger: get('logger'),
      metrics: get('prometheus').sink,
      openApi: deriveOpenApi({ version: 'v1' }),
    }),
  createOpsServer: (get) => {
    const parts = { readiness: get('readiness'), prometheus: get('prometheus') };
    return () => createOpsServer(parts);
  },
};
