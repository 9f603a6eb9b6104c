import type { Device } from '@k4e/core/device';
import type { CanonicalFacts, Gateway } from '@k4e/core/gateway';
import type { HttpLink, InProcessHub, InProcessLink } from '@k4e/core/link';
import type {
  CallOptions,
  Clock,
  ContainerRuntime,
  DeviceLink,
  Disk,
  ExportFiles,
  Firewall,
  HardwareInventory,
  Logger,
  MetricsSink,
  OpenBucket,
  StateStore,
  UploadJournal,
  WorkloadVolumes,
} from '@k4e/core/ports';
import { Token } from 'typedi';

/** A way to the control plane, and how it hears that its settings have changed. */
export type AgentTransport = DeviceLink & Partial<Pick<HttpLink, 'intervalChanged'>>;

/** Adapters that an agent is put together from; each can be another's. */
export interface AgentAdapters {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsSink;
  readonly runtime: ContainerRuntime;
  readonly firewall: Firewall;
  /** Where the container runtime keeps its storage: what is being made there survives a cut of the power, or is made anew. */
  readonly disk: Disk;
  readonly state: StateStore;
  readonly volumes: WorkloadVolumes;
  /** The exports that `volumes` keeps: with volumes of another maker and no exports of theirs nothing is uploaded. */
  readonly exports: ExportFiles;
  readonly journal: UploadJournal;
  readonly openBucket: OpenBucket;
  readonly inventory: HardwareInventory;
  /** The way to the control plane. */
  readonly transport: AgentTransport;
  /** Who this machine is, for the connection status. */
  readonly facts: (options: CallOptions) => Promise<CanonicalFacts>;
  /** The gateway's own documents. Default: beside those of `state`. */
  readonly gatewayState: StateStore;
}

/** Everything that an agent is put together from. */
export interface AgentParts extends AgentAdapters {
  readonly hub: InProcessHub;
  readonly link: InProcessLink;
  readonly gateway: Gateway;
  readonly device: Device;
}

/** The token of each service. */
export const TOKENS: { readonly [Name in keyof AgentParts]: Token<AgentParts[Name]> } = {
  clock: new Token('clock'),
  logger: new Token('logger'),
  metrics: new Token('metrics'),
  runtime: new Token('runtime'),
  firewall: new Token('firewall'),
  disk: new Token('disk'),
  state: new Token('state'),
  volumes: new Token('volumes'),
  exports: new Token('exports'),
  journal: new Token('journal'),
  openBucket: new Token('openBucket'),
  inventory: new Token('inventory'),
  transport: new Token('transport'),
  facts: new Token('facts'),
  gatewayState: new Token('gatewayState'),
  hub: new Token('hub'),
  link: new Token('link'),
  gateway: new Token('gateway'),
  device: new Token('device'),
};
