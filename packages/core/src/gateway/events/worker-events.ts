import { errorText } from '../../foundation/index.ts';
import type { LinkState, WorkerEvent, WorkerHub } from '../../ports/index.ts';
import type { WarnThrottled } from '../../link/index.ts';

/** What telling workers takes. */
export interface WorkerEventsParts {
  readonly hub: Pick<WorkerHub, 'workers' | 'notify'>;
  readonly warn: WarnThrottled;
  /** Ends what is being told. */
  readonly signal: AbortSignal;
}

/** What a registration has heard, and whether it is being told something. */
interface Listener {
  /** The change that it has heard of last; 0: none. */
  toldChange: number;
  isBusy: boolean;
}

/**
 * Tells each worker how the way to the control plane is: when that changes, and when it registers and all is not well. One
 * that is slow to hear is told the newest only. That the device is not known is said each time the control plane says it: a
 * worker may have registered it in between.
 */
export class WorkerEvents {
  readonly #parts: WorkerEventsParts;
  /** By registration. */
  readonly #listeners = new Map<string, Listener>();
  /** How the way is, in the words of the last that was heard of it. */
  #current: WorkerEvent | undefined;
  /** How often that has changed: what is told. */
  #change = 0;

  constructor(parts: WorkerEventsParts) {
    this.#parts = parts;
  }

  /** How the link fares. */
  noteLink(state: LinkState): void {
    const event = eventOf(state);
    const isChange = event.name !== this.#current?.name || event.name === 'device-unknown';
    this.#current = event;
    if (!isChange) return;
    this.#change++;
    this.noteWorkers();
  }

  /** The set of workers may have changed. */
  noteWorkers(): void {
    const workers = this.#parts.hub.workers();
    const present = new Set(workers.map(({ registrationId }) => registrationId));
    for (const id of this.#listeners.keys()) if (!present.has(id)) this.#listeners.delete(id);
    for (const { handler, registrationId } of workers) {
      const listener = this.#listeners.get(registrationId) ?? this.#newcomer();
      this.#listeners.set(registrationId, listener);
      void this.#tell(handler, listener);
    }
  }

  async #tell(handler: string, listener: Listener): Promise<void> {
    if (listener.isBusy) return;
    listener.isBusy = true;
    for (let event = this.#newsFor(listener); event !== undefined; event = this.#newsFor(listener)) {
      listener.toldChange = this.#change;
      await this.#notify(handler, event);
    }
    listener.isBusy = false;
  }

  /** Never rejects: what comes next is told all the same. */
  async #notify(handler: string, event: WorkerEvent): Promise<void> {
    const { hub, warn, signal } = this.#parts;
    try {
      await hub.notify(handler, event, { signal });
    } catch (error) {
      if (!signal.aborted) warn('a worker does not hear of the control plane', { handler, error: errorText(error) });
    }
  }

  /** A worker that registers while all is well need not be told so. */
  #newcomer(): Listener {
    const isWell = this.#current?.name === 'connection-restored';
    return { toldChange: isWell ? this.#change : 0, isBusy: false };
  }

  #newsFor({ toldChange }: Listener): WorkerEvent | undefined {
    return this.#parts.signal.aborted || this.#change === toldChange ? undefined : this.#current;
  }
}

function eventOf(state: LinkState): WorkerEvent {
  if (state.state === 'connected') return { name: 'connection-restored' };
  return state.state === 'unknown-device'
    ? { name: 'device-unknown' }
    : { name: 'connection-lost', cause: state.cause, retryInMs: state.retryInMs };
}
