import type { RegisteredWorker, WorkerAnswer, WorkerData, WorkerHub } from '../../ports/index.ts';
import type { RegistrationNews, WorkerListener } from '../worker-end/index.ts';

/** Time for a worker of this process to take what is sent to it, in milliseconds. */
export const TAKE_LIMIT_MS = 60_000;

/** Time for a worker of this process to end its work, in milliseconds: as long as a control plane of ours waits. */
export const END_LIMIT_MS = 120_000;

/** What a worker says of itself. */
export type InProcessWorker = Omit<RegisteredWorker, 'registrationId'>;

/** How a worker sends. */
export interface SayOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long the worker waits for the answer, in milliseconds. Default `TAKE_LIMIT_MS`. */
  readonly answerWithinMs?: number | undefined;
}

/** A worker that is connected, as it sees its hub. */
export interface HubConnection {
  /**
   * Sends, and resolves with the answer. Rejects with `LINK_UNREACHABLE` while nobody serves the hub or after `close`, with
   * `TOO_LARGE` (nothing was sent), or `ABORTED`.
   */
  say(data: WorkerData, options?: SayOptions): Promise<WorkerAnswer>;
  /** The worker goes. Idempotent. */
  close(): void;
}

/** A `WorkerHub` whose workers are parts of this process. */
export interface InProcessHub extends WorkerHub {
  /**
   * Connects a worker, which is registered whenever the hub is served. `news` hears of it. Throws `ALREADY_EXISTS` when its
   * handler is taken, `TOO_LARGE` when `MAX_REGISTERED_WORKERS` are there.
   */
  connect(worker: InProcessWorker, listener: WorkerListener, news: RegistrationNews): HubConnection;
}
