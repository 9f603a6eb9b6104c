import type { Clock, Logger, WorkerHub } from '@k4e/core/ports';

/** Most messages that are on their way to one worker at a time. */
export const MAX_SENDS_PER_WORKER = 16;
/** Most messages of workers that the listener works on at a time. */
export const MAX_WORKER_MESSAGES = 64;
/** Longest work on a message of a worker, in milliseconds; a worker may allow less. */
export const WORKER_MESSAGE_LIMIT_MS = 120_000;
/** Default time for one message to a worker, dialling included, in milliseconds (wire: upstream allows a minute). */
export const DEFAULT_SEND_LIMIT_MS = 60_000;
/** Default time within which a worker that has registered has to listen, in milliseconds. */
export const DEFAULT_START_LIMIT_MS = 10_000;
/** Default time for a worker to end its work when the device is let go, in milliseconds: a control plane of ours waits for two minutes. */
export const DEFAULT_DISCONNECT_LIMIT_MS = 110_000;

/** What workers are told of the gateway's own configuration (wire: Config); what is left out is empty. */
export interface DispatcherConfig {
  readonly logLevel?: string;
  readonly clientId?: string;
  readonly server?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly caRoot?: string;
}

/** What a dispatcher works with. */
export interface DispatcherOptions {
  /**
   * `/path`, `unix:/path`, `@name`, `unix:@name` or `unix-abstract:name`. A socket file has the mode 0600; a name in the
   * abstract namespace is open to everybody in the same network namespace. Workers get addresses of the same kind, files in
   * the same directory.
   */
  readonly address: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Numbers in [0, 1), for the names of workers' sockets; default: hard to guess. */
  readonly random?: () => number;
  /** Asked at each `GetConfig`. */
  readonly config?: () => DispatcherConfig;
  /** Default `DEFAULT_SEND_LIMIT_MS`. */
  readonly sendLimitMs?: number;
  /** Default `DEFAULT_START_LIMIT_MS`. */
  readonly startLimitMs?: number;
  /** Default `DEFAULT_DISCONNECT_LIMIT_MS`. */
  readonly disconnectLimitMs?: number;
}

/**
 * The dispatcher's side of yggdrasil's gRPC protocol, for workers of either generation: a `WorkerHub`. A worker whose
 * connection ends loses its registration at that moment.
 *
 * `serve` rejects with `ALREADY_EXISTS` (somebody serves there), `FORBIDDEN`, `NOT_FOUND` (no such directory) or
 * `INVALID_INPUT`. A worker that refuses a message itself is `WORKER_UNREACHABLE`, never worth a retry. The protocol has no
 * event for a device that is not known: `notify` sends the one that means nothing, with words that our worker understands.
 */
export interface Dispatcher extends WorkerHub {
  /** Where workers find it: `unix:@name` or `unix:/path` (wire: the value of `YGG_SOCKET_ADDR`). */
  readonly address: string;
}
