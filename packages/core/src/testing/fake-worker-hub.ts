import { K4eError, fired } from '../foundation/index.ts';
import type { ErrorCode } from '../foundation/index.ts';
import type {
  CallOptions,
  RegisteredWorker,
  WorkerAnswer,
  WorkerData,
  WorkerEvent,
  WorkerHub,
  WorkerHubListener,
} from '../ports/index.ts';
import { MAX_REGISTERED_WORKERS, checkWorkerContent } from '../ports/index.ts';

/** Data that a worker got. */
export interface DeliveredData {
  readonly handler: string;
  readonly data: WorkerData;
}

/** How a worker waits for its answer. */
export interface SayOptions {
  readonly signal?: AbortSignal;
  readonly answerWithinMs?: number;
}

/** Workers that the test plays. */
export interface FakeWorkerHub extends WorkerHub {
  /** Registers a worker; answers whether it may. A pid that is not given is another one each time. */
  register(handler: string, details?: Partial<Omit<RegisteredWorker, 'handler'>>): boolean;
  /** A worker sends; `content` is made JSON. Rejects with `LINK_UNREACHABLE` while nobody serves. */
  say(directive: string, content?: unknown, details?: Partial<WorkerData> & SayOptions): Promise<WorkerAnswer>;
  /** What workers got, in order. */
  delivered(): readonly DeliveredData[];
  /** While set, sends and disconnects reject with that; `undefined` lets them be taken again. */
  fail(code: ErrorCode | undefined): void;
  /** While set, sends and disconnects wait until they are aborted. */
  hang(isHanging: boolean): void;
  /** A worker cannot be reached any more. */
  lose(handler: string): void;
  /** Who was told to end its work, in order. */
  disconnected(): readonly string[];
  /** What workers were told of the control plane, in order. */
  events(): readonly { readonly handler: string; readonly event: WorkerEvent }[];
  isServing(): boolean;
}

/** Creates a hub without workers. */
export function createFakeWorkerHub(): FakeWorkerHub {
  return new MemoryHub();
}

const NEVER = new AbortController().signal;

class MemoryHub implements FakeWorkerHub {
  readonly #workers = new Map<string, RegisteredWorker>();
  readonly #lost = new Set<string>();
  readonly #delivered: DeliveredData[] = [];
  readonly #disconnected: string[] = [];
  readonly #events: { readonly handler: string; readonly event: WorkerEvent }[] = [];
  #listener: WorkerHubListener | undefined;
  #failure: ErrorCode | undefined;
  #isHanging = false;
  #count = 0;

  async serve(listener: WorkerHubListener, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    if (this.#listener !== undefined) throw new K4eError('ALREADY_EXISTS', { subject: 'worker hub' });
    this.#listener = listener;
    listener.onListening?.();
    await fired(signal);
    this.#listener = undefined;
    this.#workers.clear();
  }

  workers(): readonly RegisteredWorker[] {
    return [...this.#workers.values()].sort((a, b) => (a.handler < b.handler ? -1 : 1));
  }

  release(pid: number): void {
    const gone = [...this.#workers.values()].filter((worker) => worker.pid === pid);
    for (const { handler } of gone) this.#workers.delete(handler);
    if (gone.length > 0) this.#listener?.onWorkersChanged();
  }

  async send(handler: string, data: WorkerData, { signal }: CallOptions = {}): Promise<undefined> {
    checkWorkerContent(data.content);
    await this.#reach(handler, signal);
    this.#delivered.push({ handler, data });
  }

  async disconnect(handler: string, { signal }: CallOptions = {}): Promise<void> {
    if (this.#workers.has(handler)) this.#disconnected.push(handler);
    await this.#reach(handler, signal);
  }

  async notify(handler: string, event: WorkerEvent, { signal }: CallOptions = {}): Promise<void> {
    await this.#reach(handler, signal);
    this.#events.push({ handler, event });
  }

  register(handler: string, details: Partial<Omit<RegisteredWorker, 'handler'>> = {}): boolean {
    const isTaken = this.#workers.has(handler) && !this.#lost.has(handler);
    if (this.#listener === undefined || isTaken) return false;
    if (!this.#workers.has(handler) && this.#workers.size >= MAX_REGISTERED_WORKERS) return false;
    this.#count++;
    const own = { registrationId: `r${this.#count}`, pid: 1_000 + this.#count };
    this.#lost.delete(handler);
    this.#workers.set(handler, { ...own, hasDetachedContent: false, features: {}, ...details, handler });
    this.#listener.onWorkersChanged();
    return true;
  }

  async say(
    directive: string,
    content?: unknown,
    { signal = NEVER, answerWithinMs, ...details }: Partial<WorkerData> & SayOptions = {},
  ): Promise<WorkerAnswer> {
    if (this.#listener === undefined) throw new K4eError('LINK_UNREACHABLE', { subject: 'worker hub' });
    const bytes = new TextEncoder().encode(content === undefined ? '' : JSON.stringify(content));
    const data = {
      messageId: `m${++this.#count}`,
      responseTo: '',
      directive,
      metadata: {},
      content: bytes,
      ...details,
    };
    checkWorkerContent(data.content);
    return this.#listener.onData(data, { signal, ...(answerWithinMs === undefined ? {} : { answerWithinMs }) });
  }

  delivered(): readonly DeliveredData[] {
    return this.#delivered;
  }

  fail(code: ErrorCode | undefined): void {
    this.#failure = code;
  }

  hang(isHanging: boolean): void {
    this.#isHanging = isHanging;
  }

  lose(handler: string): void {
    this.#lost.add(handler);
  }

  disconnected(): readonly string[] {
    return this.#disconnected;
  }

  events(): readonly { readonly handler: string; readonly event: WorkerEvent }[] {
    return this.#events;
  }

  isServing(): boolean {
    return this.#listener !== undefined;
  }

  async #reach(handler: string, signal: AbortSignal | undefined): Promise<void> {
    await Promise.resolve();
    if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
    if (!this.#workers.has(handler)) throw new K4eError('NOT_FOUND', { subject: handler });
    if (this.#lost.has(handler)) throw new K4eError('WORKER_UNREACHABLE', { subject: handler });
    if (this.#failure !== undefined) throw new K4eError(this.#failure, { subject: handler });
    if (!this.#isHanging || signal === undefined) return;
    await fired(signal);
    throw new K4eError('ABORTED', { retry: 'never' });
  }
}
