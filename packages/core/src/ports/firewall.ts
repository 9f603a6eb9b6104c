import type { CallOptions } from './call-options.ts';

/** A host port that must be reachable from outside, and on whose behalf. */
export interface OpenPort {
  /** 1 to 65535, as a peer addresses it: the host's port, not the container's. */
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** The workload it is opened for; informative. */
  readonly workload: string;
}

/** What an implementation can do. */
export interface FirewallCapabilities {
  /** False where ports cannot be opened at all (rootless): `apply` then accepts anything and does nothing. */
  readonly opensPorts: boolean;
}

/** A rule of somebody else that keeps declared ports closed. */
export interface FirewallObstacle {
  /** All of it in one sentence, with what makes an end of it. */
  readonly message: string;
}

/**
 * The device's packet filter, as declared state. Touches only what is its own.
 *
 * | call | outcome |
 * |---|---|
 * | `apply` | exactly these ports are open by us, all in one step; what we opened before and is not in the list is closed |
 * | `apply` of what is in force | changes nothing, resolves; repairs drift (somebody edited or flushed our rules) |
 * | `apply` refused or interrupted | the ruleset before stays in force whole; rejects with `FIREWALL_REFUSED` or `FIREWALL_UNAVAILABLE` |
 * | `apply` of what is not a port, or of more than `MAX_OPEN_PORTS` | the ruleset before stays in force whole; rejects with `INVALID_INPUT` or `TOO_LARGE`, subject = the workload where it is one's fault |
 * | `apply` aborted before it changed anything | the ruleset before stays in force whole; rejects with `ABORTED`; a change that has begun is finished |
 * | two `apply` at once | run one after the other, in call order |
 * | `diagnose` | which rules of others keep ports closed that we open, as far as can be told; reads only, rejects as `apply` |
 * | `clear` | everything of ours is gone; resolves when there was nothing |
 *
 * Ports may repeat (two workloads that want the same one); order means nothing. What is in force outlives the process
 * that applied it. Connections that are established stay so, also when their port is closed.
 */
export interface Firewall {
  readonly capabilities: FirewallCapabilities;
  apply(ports: readonly OpenPort[], options?: CallOptions): Promise<void>;
  diagnose(options?: CallOptions): Promise<readonly FirewallObstacle[]>;
  clear(options?: CallOptions): Promise<void>;
}
