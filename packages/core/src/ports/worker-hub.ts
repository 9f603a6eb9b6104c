import type { CallOptions } from './call-options.ts';

/** Most workers that are registered at a time. */
export const MAX_REGISTERED_WORKERS = 16;
/** Largest content that a worker sends or gets, in bytes: 1 MiB, as much as a message of the edge API holds. */
export const MAX_WORKER_CONTENT_BYTES = 1_048_576;

/** A worker that has registered. */
export interface RegisteredWorker {
  /** What it answers to: the directive of the messages that are for it. Unique, not empty. */
  readonly handler: string;
  /** Another one for each registration, so that a worker that died and came back is known as new. */
  readonly registrationId: string;
  /** Process id as the worker gave it; not proved by anything. */
  readonly pid: number;
  /** Whether the content of its messages is a URL that is to be fetched for it (wire: `detached_content`). */
  readonly hasDetachedContent: boolean;
  /** What it says of itself, for the connection status. */
  readonly features: Readonly<Record<string, string>>;
}

/** What passes between gateway and worker (wire: `yggdrasil.Data`). */
export interface WorkerData {
  /** Empty when the sender gave none; the same holds for `responseTo`. */
  readonly messageId: string;
  readonly responseTo: string;
  readonly directive: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** JSON text in UTF-8, or any bytes where a URL asks for them. */
  readonly content: Uint8Array;
}

/**
 * What became of something that was sent (wire: the JSON object in `yggdrasil.Response`, with the members `StatusCode`,
 * `Body` and `Metadata`).
 */
export interface WorkerAnswer {
  /** As HTTP has them: 2xx is a success, 202: kept, and delivered when the control plane can be reached. */
  readonly statusCode: number;
  /** Any JSON value; `undefined`: none. */
  readonly body?: unknown;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What workers can be told of the gateway's way to its control plane. */
export type WorkerEvent =
  /** `retryInMs` until the gateway's next try, where that is known. */
  | { readonly name: 'connection-lost'; readonly cause: string; readonly retryInMs?: number }
  | { readonly name: 'connection-restored' }
  /** The control plane answers, and does not know this device. */
  | { readonly name: 'device-unknown' };

/** Who hears of workers. */
export interface WorkerHubListener {
  /** Workers can register from now on: the moment to start their processes. Must not throw. */
  onListening?(): void;
  /** The set of workers, or what one says of itself, may have changed: `workers()` tells. Must not throw. */
  onWorkersChanged(): void;
  /**
   * A worker sends. Never rejects while `signal` has not fired; it fires when the worker does not wait any more: what was
   * begun may be done all the same. `answerWithinMs` is how long the worker says that it waits, if it says so.
   */
  onData(
    data: WorkerData,
    options: { readonly signal: AbortSignal; readonly answerWithinMs?: number },
  ): Promise<WorkerAnswer>;
}

/**
 * The gateway's way to its workers, whatever they are made of; a transport, without knowledge of what the data mean.
 *
 * | call | outcome |
 * |---|---|
 * | `serve` | lets workers register and send until `signal` fires, then resolves, with nobody registered; rejects when it cannot begin. One at a time. Nothing that a worker does ends it |
 * | a registration of a handler that is taken | is refused as long as the one who has it can be reached; else takes its place, and is a change |
 * | a registration over `MAX_REGISTERED_WORKERS` | is refused |
 * | `workers` | who is registered, by handler; a value of its own |
 * | `release` | ends the registrations of a process that has ended; of one that nobody knows: nothing |
 * | `send` | resolves with the worker's answer once it has taken the data (`undefined`: it took them and says no more); rejects with `NOT_FOUND` (nobody registered), `WORKER_UNREACHABLE`, `TOO_LARGE` (nothing was sent) or `ABORTED`. Never retries, has a time limit of its own |
 * | `disconnect` | tells a worker that the control plane has let the device go, and resolves when it has ended its work; rejects as `send` does. A worker of a generation that knows no such call has nothing to end: resolves |
 * | `notify` | tells a worker of the way to the control plane; rejects as `send` does. A worker of a generation that knows no such call, or not that event, hears nothing: resolves |
 * | data that a worker sends | come to `onData`; more than `MAX_WORKER_CONTENT_BYTES`, or more at a time than there is room for, are refused before it |
 * | a worker that cannot be reached any more | may lose its registration when that is noticed, and loses it when it is released or its handler is asked for anew |
 */
export interface WorkerHub {
  serve(listener: WorkerHubListener, options: { readonly signal: AbortSignal }): Promise<void>;
  workers(): readonly RegisteredWorker[];
  release(pid: number): void;
  send(handler: string, data: WorkerData, options?: CallOptions): Promise<WorkerAnswer | undefined>;
  disconnect(handler: string, options?: CallOptions): Promise<void>;
  notify(handler: string, event: WorkerEvent, options?: CallOptions): Promise<void>;
}
