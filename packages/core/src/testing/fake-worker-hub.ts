import { K4eError } from '../foundation/index.ts';
import type { ErrorCode } from '../foundation/index.ts';
import type { RegisteredWorker, WorkerAnswer, WorkerData, WorkerHub, WorkerHubListener } from '../ports/index.ts';
import { MAX_REGISTERED_WORKERS, MAX_WORKER_CONTENT_BYTES } from '../ports/index.ts';

/** Data that a worker got. */
export interface DeliveredData {
  readonly handler: string;
  readonly data: WorkerData;
}

/** Workers that the test plays. */
export interface FakeWorkerHub extends WorkerHub {
  /** Registers a worker; answers whether it may. A pid that is not given is another one each time. */
  register(handler: string, details?: Partial<Omit<RegisteredWorker, 'handler'>>): boolean;
  /** A worker sends; `content` is made JSON. */
  say(directive: string, content?: unknown, details?: Partial<WorkerData> & SayOptions): Promise<WorkerAnswer>;
  /** What workers got, in order. */
  delivered(): readonly DeliveredData[];
  /** While set, sends and disconnects reject with that; `undefined` lets them be taken again. */
  fail(code: ErrorCode | undefined): void;
  /** While set, sends and disconnects wait until they are aborted. */
  hang(isHanging: boolean): void;
  /** Who was told to end its work, in order. */
  disconnected(): readonly string[];
  isServing(): boolean;
}

/** How a worker waits for its answer. */
export interface SayOptions {
  readonly signal?: AbortSignal;
  readonly answerWithinMs?: number;
}

const never = new AbortController().signal;

function dataOf(messageId: string, directive: string, content: unknown, details: Partial<WorkerData>): WorkerData {
  const bytes = new TextEncoder().encode(content === undefined ? '' : JSON.stringify(content));
  return { messageId, responseTo: '', directive, metadata: {}, content: bytes, ...details };
}

/** Creates a hub without workers. */
export function createFakeWorkerHub(): FakeWorkerHub {
  const workers = new Map<string, RegisteredWorker>();
  const delivered: DeliveredData[] = [];
  const disconnected: string[] = [];
  let listener: WorkerHubListener | undefined;
  let failure: ErrorCode | undefined;
  let isHanging = false;
  let count = 0;
  const reach = async (handler: string, signal: AbortSignal | undefined): Promise<void> => {
    await Promise.resolve();
    if (!workers.has(handler)) throw new K4eError('NOT_FOUND', { subject: handler });
    if (failure !== undefined) throw new K4eError(failure, { subject: handler });
    if (isHanging) await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
    if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
  };
  return {
    async serve(newListener, { signal }) {
      if (listener !== undefined) throw new K4eError('ALREADY_EXISTS', { subject: 'worker hub' });
      listener = newListener;
      listener.onListening?.();
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      listener = undefined;
      workers.clear();
    },
    workers: () => [...workers.values()].sort((a, b) => (a.handler < b.handler ? -1 : 1)),
    release(pid) {
      const gone = [...workers.values()].filter((worker) => worker.pid === pid);
      for (const { handler } of gone) workers.delete(handler);
      if (gone.length > 0) listener?.onWorkersChanged();
    },
    async send(handler, data, { signal } = {}) {
      await reach(handler, signal);
      if (data.content.byteLength > MAX_WORKER_CONTENT_BYTES) throw new K4eError('TOO_LARGE', { retry: 'never' });
      delivered.push({ handler, data });
      return undefined;
    },
    async disconnect(handler, { signal } = {}) {
      if (workers.has(handler)) disconnected.push(handler);
      await reach(handler, signal);
    },
    register(handler, details = {}) {
      if (listener === undefined || workers.has(handler) || workers.size >= MAX_REGISTERED_WORKERS) return false;
      count++;
      const defaults = { registrationId: `r${count}`, pid: 1_000 + count, hasDetachedContent: false, features: {} };
      workers.set(handler, { ...defaults, ...details, handler });
      listener.onWorkersChanged();
      return true;
    },
    async say(directive, content, { signal = never, answerWithinMs, ...details } = {}) {
      if (listener === undefined) throw new K4eError('LINK_UNREACHABLE', { subject: 'worker hub' });
      const data = dataOf(`m${++count}`, directive, content, details);
      return listener.onData(data, { signal, ...(answerWithinMs === undefined ? {} : { answerWithinMs }) });
    },
    delivered: () => delivered,
    fail: (code) => void (failure = code),
    hang: (value) => void (isHanging = value),
    disconnected: () => disconnected,
    isServing: () => listener !== undefined,
  };
}
