import type { Backoff } from '@k4e/core';
import type { Clock, DeviceLink, Logger } from '@k4e/core/ports';

/** Between two tries to register with the dispatcher. */
export const REGISTER_BACKOFF: Backoff = { firstMs: 500, maxMs: 15_000, factor: 2, jitter: 0.5 };
/** Time allowed for one of them, in milliseconds. */
export const REGISTER_LIMIT_MS = 5_000;
/** Default time for one message to the dispatcher, which may pass it on before it answers, in milliseconds. */
export const DEFAULT_MESSAGE_LIMIT_MS = 30_000;
/** Most messages that are on their way to the dispatcher at a time. */
export const MAX_SENDS = 16;
/** Longest time for which the answer to a disconnect is held back, in milliseconds: what is not clean by then never will be. */
export const HELD_DISCONNECT_LIMIT_MS = 110_000;
/** Most answers that are held back. */
export const MAX_HELD_DISCONNECTS = 16;
/** How long the dispatcher is said to need for its next try to reach the control plane, which nobody knows, in milliseconds. */
export const ASSUMED_RETRY_MS = 30_000;
/** Longest cause that is reported, in characters. */
export const MAX_CAUSE_LENGTH = 500;

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
 * The way of a device worker to the control plane through a dispatcher, of k4e or of yggdrasil: a `DeviceLink` to which
 * messages are pushed. What its protocol has no room for:
 *
 * | of `DeviceLink` | here |
 * |---|---|
 * | commands | `disconnect` alone; the dispatcher heeds the others itself |
 * | `send('control', …)` | resolves, and nothing is sent: the dispatcher says the connection status itself. A status with the state `offline` lets the answer go that the dispatcher's disconnect waits for |
 * | `send('data', …)` | `LINK_UNREACHABLE` also when the dispatcher keeps the message for later (202). A dispatcher of the older generation takes everything: what becomes of it is not known |
 * | `unknown-device` | is known from the answer to a message, and told with it |
 * | `refresh` | does nothing: what is new comes without asking |
 *
 * It registers with the first `receive`, and stays registered between one `receive` and the next, until `close`: a
 * dispatcher of yggdrasil does not register the same handler twice. One receives at a time.
 */
export interface WorkerLink extends DeviceLink {
  /** Lets go of everything: the registration ends with the connection. Idempotent, never rejects. */
  close(): Promise<void>;
}
