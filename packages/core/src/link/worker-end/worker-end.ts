import type { CallOptions, DeviceLink, WorkerData, WorkerEvent } from '../../ports/index.ts';

/** Most messages that are on their way to the gateway at a time. */
export const MAX_SENDS = 16;
/** Longest time for which the answer to a disconnect is held back, in milliseconds; then it says that the work goes on. */
export const HELD_DISCONNECT_LIMIT_MS = 110_000;
/** Most answers that are held back. */
export const MAX_HELD_DISCONNECTS = 16;
/** How long a gateway is said to need for its next try to reach the control plane, which nobody knows, in milliseconds. */
export const ASSUMED_RETRY_MS = 30_000;
/** Longest cause that is reported, in characters. */
export const MAX_CAUSE_LENGTH = 500;

/** What a worker hears of its gateway. */
export interface WorkerListener {
  /** Takes what is for this worker. Throws `INVALID_INPUT` when it is no message. */
  onData(data: WorkerData): Promise<void>;
  /**
   * The control plane has let the device go: resolves when the worker has ended its work, or when `signal` fires. Rejects with
   * `TIMEOUT` when that takes longer than a limit, with `TOO_LARGE` when `MAX_HELD_DISCONNECTS` wait already: ask again.
   */
  onDisconnect(options: CallOptions): Promise<void>;
  /** How the gateway's way to the control plane is. */
  onEvent(event: WorkerEvent): void;
}

/** Whether there is a registration, as it comes and goes. */
export interface RegistrationNews {
  /** The gateway has registered the worker, and reaches it. */
  registered(): void;
  /** There is no registration; the next try comes in `retryInMs`. Told every time. */
  waiting(cause: string, retryInMs: number): void;
}

/**
 * A worker's end of its way to a gateway, whatever lies between the two: a `DeviceLink` to which messages are pushed. What
 * a gateway has no room for:
 *
 * | of `DeviceLink` | here |
 * |---|---|
 * | commands | `disconnect` alone; the gateway heeds the others itself |
 * | `send('control', …)` | resolves, and nothing is sent: the gateway says the connection status itself. A status with the state `offline` lets the answer go that the gateway's disconnect waits for |
 * | `send('data', …)` | `LINK_UNREACHABLE` also when the gateway keeps the message for later (202) |
 * | `waiting` | is told when the registration or the gateway's own connection is lost, and at each try to register that fails |
 * | `unknown-device` | is known from the answer to a message, or from the gateway, and told with it |
 * | `refresh` | does nothing: what is new comes without asking |
 *
 * One receives at a time.
 */
export interface WorkerEnd extends DeviceLink {
  readonly listener: WorkerListener;
  readonly registration: RegistrationNews;
  /** Ends `receive`, and lets held answers go. Idempotent. */
  close(): void;
}
