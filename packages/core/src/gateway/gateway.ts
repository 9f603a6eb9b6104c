import type { CallOptions, Clock, DeviceLink, Logger, StateStore, WorkerHub } from '../ports/index.ts';
import type { OutboxLimits } from './outbox/index.ts';
import type { CanonicalFacts } from './status/index.ts';
import type { WebClient } from './web/index.ts';

/** What a gateway is made of. */
export interface GatewayParts {
  /** The way to the control plane. */
  readonly transport: DeviceLink;
  /** The way to the workers. */
  readonly hub: WorkerHub;
  /** Documents of the gateway alone: a worker of ours has a store of its own. */
  readonly state: StateStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Fresh UUIDs for messages. */
  readonly uuid: () => string;
  /** Who this machine is; what fails or takes too long is left out. */
  readonly facts: (options: CallOptions) => Promise<CanonicalFacts>;
  /** What the machine's owner calls it (wire: `tags`); asked for whenever the status is looked at. Default: nothing. */
  readonly tags?: () => Readonly<Record<string, string>>;
  /** Handlers whose messages are configurations: the newest is kept for one that is not there. Default: `device`. */
  readonly configured?: readonly string[];
  /**
   * Hosts, with a port where it is not the scheme's own, that detached content is fetched from and workers may post to.
   * Default: none.
   */
  readonly allowedHosts?: readonly string[];
  /** Default: `createWebClient()`. */
  readonly web?: WebClient;
  /** Default: `DEFAULT_OUTBOX_LIMITS`. */
  readonly outboxLimits?: OutboxLimits;
  /** Workers can register from now on: the moment to start their processes. Must not throw. */
  readonly onListening?: () => void;
}

/** How a run ended: its signal fired, or the control plane has let the device go. */
export type GatewayOutcome = 'stopped' | 'disconnected';

/** The gateway's half of a device in two processes. */
export interface Gateway {
  /**
   * Passes messages until `signal` fires or the control plane lets the device go. A device that was let go before ends at
   * once, without a word, until `recommissionDevice`. Rejects when the hub cannot begin, or on a defect. Runs once.
   */
  run(options: { readonly signal: AbortSignal }): Promise<GatewayOutcome>;
  /** Ends the run as if the control plane had let the device go: for a device that was let go before. Idempotent. */
  leave(): void;
}
