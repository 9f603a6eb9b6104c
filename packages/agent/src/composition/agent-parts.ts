import type { Device, HttpLink } from '@k4e/core/device';
import type {
  Clock,
  ContainerRuntime,
  DeviceLink,
  Firewall,
  HardwareInventory,
  Logger,
  MetricsSink,
  StateStore,
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
  inventory: new Token('inventory'),
  link: new Token('link'),
  device: new Token('device'),
};
