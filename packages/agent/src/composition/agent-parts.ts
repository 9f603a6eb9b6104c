import type { Device, HttpLink } from '@k4e/core/device';
import type {
  Clock,
  ContainerRuntime,
  DeviceLink,
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

/** A link to the control plane, and how it hears that its settings have changed. */
export type AgentLink = DeviceLink & Partial<Pick<HttpLink, 'intervalChanged'>>;

/** Everything that an agent is put together from. */
export interface AgentParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsSink;
  readonly runtime: ContainerRuntime;
  readonly firewall: Firewall;
  readonly state: StateStore;
  readonly volumes: WorkloadVolumes;
  /** The exports that `volumes` keeps: with volumes of another maker and no exports of theirs nothing is uploaded. */
  readonly exports: ExportFiles;
  readonly journal: UploadJournal;
  readonly openBucket: OpenBucket;
  readonly inventory: HardwareInventory;
  readonly link: AgentLink;
  readonly device: Device;
}

/** The token of each service. */
export const TOKENS: { readonly [Name in keyof AgentParts]: Token<AgentParts[Name]> } = {
  clock: new Token('clock'),
  logger: new Token('logger'),
  metrics: new Token('metrics'),
  runtime: new Token('runtime'),
  firewall: new Token('firewall'),
  state: new Token('state'),
  volumes: new Token('volumes'),
  exports: new Token('exports'),
  journal: new Token('journal'),
  openBucket: new Token('openBucket'),
  inventory: new Token('inventory'),
  link: new Token('link'),
  device: new Token('device'),
};
