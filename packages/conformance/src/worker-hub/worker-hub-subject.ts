import type { RegisteredWorker, WorkerAnswer, WorkerData, WorkerEvent, WorkerHub } from '@k4e/core/ports';

/** The workers' end of a hub, as a test plays it: every worker has the same abilities. */
export interface WorkersEnd {
  /** Registers a worker, which then takes what it is sent. Resolves with whether it was let in. */
  register(worker: Pick<RegisteredWorker, 'handler' | 'pid' | 'hasDetachedContent' | 'features'>): Promise<boolean>;
  /** What the worker of a handler has taken, in order, whoever it was. */
  received(handler: string): readonly WorkerData[];
  /** How often the worker of a handler was told to end its work. */
  disconnects(handler: string): number;
  /** What the worker of a handler was told of the control plane, in order. */
  events(handler: string): readonly WorkerEvent[];
  /** A worker sends, and resolves with its answer; with `undefined` when the hub refuses to take it. */
  say(
    data: WorkerData,
    options?: { readonly signal?: AbortSignal; readonly answerWithinMs?: number },
  ): Promise<WorkerAnswer | undefined>;
  /** From now on no worker answers to what it is sent, or each does again. */
  hang(isHanging: boolean): void;
  /** The worker of a handler dies without a word. */
  kill(handler: string): Promise<void>;
}

/** A hub and its workers. */
export interface WorkerHubSubject {
  readonly hub: WorkerHub;
  readonly workers: WorkersEnd;
  dispose(): Promise<void>;
}

/** What the suite is run over. */
export interface WorkerHubContractOptions {
  /** Called before each test. */
  createSubject(): Promise<WorkerHubSubject>;
  /** Whether workers have a way to hear events; if not, telling them resolves. Default: true. */
  readonly hasEvents?: boolean;
}
