import type { DeviceActivity } from '@k4e/core/device';
import type { AgentAdapters, AgentTransport } from './agent-parts.ts';

/** What every agent has to be told. */
export interface RequiredAgentOptions {
  /** A DNS label, unique in the fleet: the name of the EdgeDevice. */
  readonly deviceId: string;
  /** Absolute path of the directory for all that the agent keeps; made when it is missing. */
  readonly stateDir: string;
}

/** What may be said besides. */
export interface OptionalAgentOptions {
  /** Scheme, host and port of the edge API, such as `http://k4e.example:8888`. Has to be said unless a `transport` or `link` is given. */
  readonly controlPlaneUrl?: string | undefined;
  /** Where podman's API listens, for the runtime that is used by default. Default `/run/podman/podman.sock`. */
  readonly podmanSocket?: string;
  /** Time between two looks for a new configuration until the device's spec says otherwise, in milliseconds. Default 5,000. */
  readonly pollIntervalMs?: number;
  /** Operating system image that the device registers with. */
  readonly osImageId?: string;
  /**
   * The device's way to a gateway that is elsewhere: then there is none in this process, and `transport`, `facts` and
   * `gatewayState` have no use. Default: a gateway in this process.
   */
  readonly link?: AgentTransport;
  /** Hears of everything that happens, as it happens. Must not throw. */
  readonly onActivity?: (activity: DeviceActivity) => void;
  /** What the agent's `status` says may be otherwise than before: look when there is time. Must not throw. */
  readonly onStatusChange?: () => void;
}

/** How an agent is made: what it must know, what it may know, and adapters to take in place of ours. */
export type AgentOptions = RequiredAgentOptions & OptionalAgentOptions & Partial<AgentAdapters>;
