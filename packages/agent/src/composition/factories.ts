import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DEFAULT_POLL_INTERVAL_MS, createDevice } from '@k4e/core/device';
import { createGateway } from '@k4e/core/gateway';
import { createHttpLink, createInProcessHub, createInProcessLink } from '@k4e/core/link';
import { DEVICE_DIRECTIVE, EdgeApiClient } from '@k4e/core/protocol';
import { createDiscardMetrics, createSystemClock } from '@k4e/core/system';
import { createNftablesFirewall } from '@k4e/firewall-nftables';
import { createPinoLogger } from '@k4e/logging-pino';
import { createPodmanRuntime } from '@k4e/runtime-podman';
import { createLinuxDisk } from '../host/disk/index.ts';
import { createDirectoryExports } from '../host/exports/index.ts';
import { createFactsCollector } from '../host/facts/index.ts';
import { createLinuxHardwareInventory } from '../host/hardware/index.ts';
import { createSqliteJournal } from '../host/journal/index.ts';
import { createFileStateStore, gatewayDocumentsOf, stateDocumentsOf } from '../host/state/index.ts';
import { createDirectoryVolumes } from '../host/volumes/index.ts';
import type { AgentOptions } from './agent-options.ts';
import type { AgentParts } from './agent-parts.ts';
import { createPrefixedState } from './prefixed-state.ts';

/** Gives a service, and makes it first when nobody asked before. */
export type GetPart = <Name extends keyof AgentParts>(name: Name) => AgentParts[Name];

/** What an agent learns while it runs and parts of it share. */
export interface AgentMemory {
  pollIntervalMs: number;
  /** The gateway listens: the device can talk to it. */
  readonly onListening: () => void;
}

/** How each service is made of the options and of others: the whole wiring of an agent. */
export type Factories = {
  readonly [Name in keyof AgentParts]: (get: GetPart, options: AgentOptions, memory: AgentMemory) => AgentParts[Name];
};

/** Where podman's API listens on a machine that root owns. */
const DEFAULT_PODMAN_SOCKET = '/run/podman/podman.sock';

const volumesOf = (stateDir: string): string => join(stateDir, 'volumes');

/** Volumes of someone else are where only they know; without their exports the device says that it cannot upload. */
const knowsExports = ({ volumes, exports }: AgentOptions): boolean => volumes === undefined || exports !== undefined;

/** The wiring of the agent as it is published. */
export const FACTORIES: Factories = {
  clock: () => createSystemClock(),
  logger: () => createPinoLogger({ level: 'silent' }),
  metrics: () => createDiscardMetrics(),
  runtime: (get, { deviceId, podmanSocket = DEFAULT_PODMAN_SOCKET }) =>
    createPodmanRuntime({
      socketPath: podmanSocket,
      owner: deviceId,
      clock: get('clock'),
      logger: get('logger'),
      storage: { disk: get('disk'), state: get('state') },
    }),
  firewall: (get) => createNftablesFirewall({ policy: 'accept', logger: get('logger') }),
  disk: (_get, { stateDir }) => createLinuxDisk({ ballast: join(stateDir, 'ballast') }),
  state: (_get, { stateDir }) => createFileStateStore({ directory: stateDocumentsOf(stateDir) }),
  volumes: (_get, { stateDir }) => createDirectoryVolumes({ directory: volumesOf(stateDir) }),
  exports: (get, { stateDir }) => createDirectoryExports({ directory: volumesOf(stateDir), clock: get('clock') }),
  journal: (_get, { stateDir }) => createSqliteJournal({ file: join(stateDir, 'uploads.db') }),
  // What talks to S3 is large: a device that uploads nothing never loads it.
  openBucket: () => async (access) => (await import('@k4e/storage-s3')).createOpenBucket()(access),
  inventory: () => createLinuxHardwareInventory(),
  transport: (get, { deviceId, controlPlaneUrl = '' }, memory) =>
    createHttpLink({
      client: new EdgeApiClient({ url: controlPlaneUrl, userAgent: 'k4e-agent' }),
      deviceId,
      clock: get('clock'),
      logger: get('logger'),
      random: Math.random,
      pollIntervalMs: () => memory.pollIntervalMs,
    }),
  facts: () => createFactsCollector(),
  gatewayState: (_get, { state, stateDir }) =>
    state === undefined
      ? createFileStateStore({ directory: gatewayDocumentsOf(stateDir) })
      : createPrefixedState(state, 'gateway-'),
  hub: (get) => createInProcessHub({ clock: get('clock') }),
  link: (get) =>
    createInProcessLink({
      hub: get('hub'),
      handler: DEVICE_DIRECTIVE,
      pid: process.pid,
      clock: get('clock'),
      logger: get('logger'),
    }),
  gateway: (get, _options, { onListening }) =>
    createGateway({
      transport: get('transport'),
      hub: get('hub'),
      state: get('gatewayState'),
      clock: get('clock'),
      logger: get('logger'),
      random: Math.random,
      uuid: randomUUID,
      facts: get('facts'),
      onListening,
    }),
  device: (get, options, memory) => {
    const transport = options.link ?? get('transport');
    return createDevice({
      deviceId: options.deviceId,
      link: options.link ?? get('link'),
      runtime: get('runtime'),
      firewall: get('firewall'),
      state: get('state'),
      volumes: get('volumes'),
      inventory: get('inventory'),
      ...(knowsExports(options)
        ? { uploads: { exports: get('exports'), journal: get('journal'), openBucket: get('openBucket') } }
        : {}),
      clock: get('clock'),
      logger: get('logger'),
      metrics: get('metrics'),
      random: Math.random,
      uuid: randomUUID,
      ...(options.osImageId === undefined ? {} : { osImageId: options.osImageId }),
      ...(options.onActivity === undefined ? {} : { onActivity: options.onActivity }),
      ...(options.onStatusChange === undefined ? {} : { onStatusChange: options.onStatusChange }),
      onSettings: ({ pollIntervalMs }) => {
        memory.pollIntervalMs = pollIntervalMs ?? options.pollIntervalMs ?? DEFAULT_POLL_INTERVAL_MS;
        transport.intervalChanged?.();
      },
    });
  },
};
