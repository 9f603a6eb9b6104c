import { K4eError, fired, hasCode } from '../../foundation/index.ts';
import type {
  CallOptions,
  Clock,
  RegisteredWorker,
  WorkerAnswer,
  WorkerData,
  WorkerEvent,
  WorkerHubListener,
} from '../../ports/index.ts';
import { MAX_REGISTERED_WORKERS, checkWorkerContent } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import type { RegistrationNews, WorkerListener } from '../worker-end/index.ts';
import { END_LIMIT_MS, TAKE_LIMIT_MS } from './in-process-hub.ts';
import type { HubConnection, InProcessHub, InProcessWorker, SayOptions } from './in-process-hub.ts';

/** How long a worker is said to wait for a hub that is not served, which nobody knows, in milliseconds. */
const ASSUMED_RETURN_MS = 1_000;

/** Creates a hub without workers. */
export function createInProcessHub({ clock }: { readonly clock: Clock }): InProcessHub {
  return new MemoryHub(clock);
}

interface Connected {
  readonly worker: InProcessWorker;
  readonly listener: WorkerListener;
  readonly news: RegistrationNews;
  /** Another one each time the hub is served. */
  registrationId: string;
  /** Fires when the worker has gone: what waits for it ends. */
  readonly gone: AbortController;
}

interface Serving {
  readonly listener: WorkerHubListener;
  readonly signal: AbortSignal;
}

class MemoryHub implements InProcessHub {
  readonly #clock: Clock;
  readonly #connected = new Map<string, Connected>();
  #serving: Serving | undefined;
  #registrations = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async serve(listener: WorkerHubListener, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    if (this.#serving !== undefined) throw new K4eError('INTERNAL', { message: 'it serves already', retry: 'never' });
    if (signal.aborted) return;
    this.#serving = { listener, signal };
    listener.onListening?.();
    for (const connected of this.#connected.values()) this.#register(connected);
    if (this.#connected.size > 0) listener.onWorkersChanged();
    await fired(signal);
    this.#serving = undefined;
    for (const { news } of this.#connected.values()) news.waiting('the gateway has ended', ASSUMED_RETURN_MS);
  }

  workers(): readonly RegisteredWorker[] {
    if (this.#serving === undefined) return [];
    return [...this.#connected.values()]
      .map(({ worker, registrationId }) => ({ ...worker, registrationId }))
      .sort((a, b) => (a.handler < b.handler ? -1 : 1));
  }

  release(pid: number): void {
    for (const connected of [...this.#connected.values()]) if (connected.worker.pid === pid) this.#remove(connected);
  }

  connect(worker: InProcessWorker, listener: WorkerListener, news: RegistrationNews): HubConnection {
    const { handler } = worker;
    if (this.#connected.has(handler)) throw new K4eError('ALREADY_EXISTS', { subject: handler, retry: 'never' });
    if (this.#connected.size >= MAX_REGISTERED_WORKERS) {
      const message = `${MAX_REGISTERED_WORKERS} workers are connected already`;
      throw new K4eError('TOO_LARGE', { subject: handler, message });
    }
    const connected = { worker, listener, news, registrationId: '', gone: new AbortController() };
    this.#connected.set(handler, connected);
    if (this.#serving !== undefined) {
      this.#register(connected);
      this.#serving.listener.onWorkersChanged();
    }
    return {
      say: (data, options) => this.#say(connected, data, options),
      close: () => this.#remove(connected),
    };
  }

  async send(handler: string, data: WorkerData, { signal }: CallOptions = {}): Promise<undefined> {
    checkWorkerContent(data.content);
    await this.#reach(handler, signal, ({ listener }) => listener.onData(data));
  }

  /** A worker that goes in the middle of it has ended its work: it goes by itself alone. */
  async disconnect(handler: string, { signal }: CallOptions = {}): Promise<void> {
    const gone = this.#connected.get(handler)?.gone.signal;
    const end = ({ listener }: Connected, inner: AbortSignal): Promise<void> =>
      listener.onDisconnect({ signal: inner });
    await this.#reach(handler, signal, end, END_LIMIT_MS).catch((error: unknown) => {
      if (hasFired(signal) || !hasFired(gone)) throw error;
    });
  }

  notify(handler: string, event: WorkerEvent, { signal }: CallOptions = {}): Promise<void> {
    return new Promise((resolve) => resolve(this.#find(handler, signal).listener.onEvent(event)));
  }

  #register(connected: Connected): void {
    connected.registrationId = String(++this.#registrations);
    connected.news.registered();
  }

  #remove(connected: Connected): void {
    const { handler } = connected.worker;
    if (this.#connected.get(handler) !== connected) return;
    this.#connected.delete(handler);
    connected.gone.abort();
    this.#serving?.listener.onWorkersChanged();
  }

  /** Throws `ABORTED` or `NOT_FOUND`. */
  #find(handler: string, signal: AbortSignal | undefined): Connected {
    if (hasFired(signal)) throw new K4eError('ABORTED', { subject: handler, retry: 'never' });
    const connected = this.#serving === undefined ? undefined : this.#connected.get(handler);
    if (connected === undefined) throw new K4eError('NOT_FOUND', { subject: handler });
    return connected;
  }

  async #reach(
    handler: string,
    signal: AbortSignal | undefined,
    work: (connected: Connected, signal: AbortSignal) => Promise<void>,
    limitMs = TAKE_LIMIT_MS,
  ): Promise<void> {
    const connected = this.#find(handler, signal);
    try {
      const ending = AbortSignal.any([connected.gone.signal, ...(signal === undefined ? [] : [signal])]);
      const limits = { clock: this.#clock, limitMs, subject: handler, signal: ending };
      await withDeadline(limits, (inner) => work(connected, inner));
    } catch (cause) {
      if (hasFired(signal)) throw new K4eError('ABORTED', { subject: handler, retry: 'never', cause });
      const isRefused = hasCode(cause, 'INVALID_INPUT');
      throw new K4eError('WORKER_UNREACHABLE', { subject: handler, cause, ...(isRefused ? { retry: 'never' } : {}) });
    }
  }

  async #say(
    { worker, gone }: Connected,
    data: WorkerData,
    { signal, answerWithinMs }: SayOptions = {},
  ): Promise<WorkerAnswer> {
    checkWorkerContent(data.content);
    const subject = worker.handler;
    if (hasFired(signal)) throw new K4eError('ABORTED', { subject, retry: 'never' });
    const serving = this.#serving;
    const unreachable = () => new K4eError('LINK_UNREACHABLE', { subject, message: 'no gateway is there' });
    if (serving === undefined || gone.signal.aborted) throw unreachable();
    const ending = AbortSignal.any([serving.signal, gone.signal, ...(signal === undefined ? [] : [signal])]);
    const limits = { clock: this.#clock, limitMs: answerWithinMs ?? TAKE_LIMIT_MS, subject, signal: ending };
    const told = answerWithinMs === undefined ? {} : { answerWithinMs };
    return withDeadline(limits, (inner) => serving.listener.onData(data, { signal: inner, ...told })).catch(
      (cause: unknown) => {
        throw hasFired(signal) ? new K4eError('ABORTED', { subject, retry: 'never', cause }) : unreachable();
      },
    );
  }
}

function hasFired(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
