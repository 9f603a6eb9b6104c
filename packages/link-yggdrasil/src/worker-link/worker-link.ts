import type { Backoff } from '@k4e/core';
import type { Clock, DeviceLink, Logger } from '@k4e/core/ports';

/** Between two tries to register with the dispatcher. */
export const REGISTER_BACKOFF: Backoff = { firstMs: 500, maxMs: 15_000, factor: 2, jitter: 0.5 };
/** Time allowed for one of them, in milliseconds. */
export const REGISTER_LIMIT_MS = 5_000;
/** Default time for one message to the dispatcher, which may pass it on before it answers, in milliseconds. */
export const DEFAULT_MESSAGE_LIMIT_MS = 30_000;

/** What a worker's link works with. */
export interface WorkerLinkOptions {
  /** `/path`, `unix:/path`, `@name`, `unix:@name` or `unix-abstract:name` (wire: the value of `YGG_SOCKET_ADDR`). */
  readonly dispatcherAddress: string;
  /** What the worker answers to: the directive of messages for it. */
  readonly handler: string;
  /** Of this process; a dispatcher that has started it knows the worker by that. */
  readonly pid: number;
  readonly features?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Default `REGISTER_BACKOFF`. */
  readonly backoff?: Backoff;
  /** Default `DEFAULT_MESSAGE_LIMIT_MS`. */
  readonly messageLimitMs?: number;
  /** Default `HELD_DISCONNECT_LIMIT_MS`. */
  readonly heldDisconnectLimitMs?: number;
}

/**
 * The way of a device worker to the control plane through a dispatcher, of k4e or of yggdrasil: a `WorkerEnd` of
 * `@k4e/core/link`, over gRPC. A dispatcher of the older generation takes every message: what becomes of it is not known.
 *
 * It registers with `register` or the first `receive`, and stays registered between one `receive` and the next, until `close`:
 * a dispatcher of yggdrasil does not register the same handler twice.
 */
export interface WorkerLink extends DeviceLink {
  /**
   * Registers whether somebody receives or not: a device that is leaving the fleet receives nothing, and its dispatcher has to
   * know that it still works. Idempotent.
   */
  readonly register: () => void;
  /** Lets go of everything: the registration ends with the connection. Idempotent, never rejects. */
  close(): Promise<void>;
}
