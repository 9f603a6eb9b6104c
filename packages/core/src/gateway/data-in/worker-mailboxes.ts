import { backoffDelayMs, errorRetry, errorText, fired, hasCode } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import { createDoorbell, workerDataOf } from '../../link/index.ts';
import type { Doorbell } from '../../link/index.ts';
import type { RegisteredWorker, WorkerData, WorkerHub } from '../../ports/index.ts';
import type { Message } from '../../protocol/index.ts';
import type { WarnThrottled } from '../../link/index.ts';
import { fetchDetached } from './fetch-detached.ts';
import type { FetchParts } from './fetch-detached.ts';
import { emptyMailbox, putMessage, putWorker, takeMessage } from './mailbox.ts';
import type { Mailbox } from './mailbox.ts';

/** Waits while a worker cannot be reached. */
export const WORKER_BACKOFF: Backoff = { firstMs: 500, maxMs: 30_000, factor: 2, jitter: 0.2 };
/** Tries of a message that is no configuration. */
export const MAX_WORKER_TRIES = 5;

/** What mailboxes are made of. `random` gives numbers in [0, 1). */
export interface WorkerMailboxesParts extends FetchParts {
  readonly hub: Pick<WorkerHub, 'send'>;
  readonly random: () => number;
  readonly warn: WarnThrottled;
  /** Handlers whose messages are configurations; the newest is kept for one who is not there. */
  readonly configured: readonly string[];
}

interface Lane {
  mailbox: Mailbox;
  readonly bell: Doorbell;
  readonly stop: AbortController;
  running: Promise<void> | undefined;
}

/** A mailbox and a carrier for each worker: one that is slow, dead or fetches holds up no other, nor the control plane. */
export class WorkerMailboxes {
  readonly #parts: WorkerMailboxesParts;
  readonly #lanes = new Map<string, Lane>();
  #isOpen = false;

  constructor(parts: WorkerMailboxesParts) {
    this.#parts = parts;
    for (const handler of parts.configured) this.#lanes.set(handler, this.#createLane(handler, true));
  }

  /** Takes a message for whoever answers to `handler`. One for nobody is dropped, with a warning, unless it is a configuration. */
  put(handler: string, message: Message): void {
    const lane = this.#lanes.get(handler);
    if (lane === undefined) {
      this.#parts.warn('a message for a worker that is not there is dropped', { directive: handler.slice(0, 100) });
      return;
    }
    const { mailbox, lost } = putMessage(lane.mailbox, message);
    lane.mailbox = mailbox;
    if (lost > 0) this.#parts.warn('messages for a worker that does not keep up are dropped', { handler, count: lost });
    lane.bell.ring();
  }

  /** Hears who is registered. */
  noteWorkers(workers: readonly RegisteredWorker[]): void {
    for (const { handler } of workers) {
      if (!this.#lanes.has(handler)) this.#lanes.set(handler, this.#createLane(handler, false));
    }
    for (const [handler, lane] of this.#lanes) {
      const worker = workers.find((candidate) => candidate.handler === handler);
      lane.mailbox = putWorker(lane.mailbox, worker);
      if (worker !== undefined) this.#start(lane);
      else if (!lane.mailbox.isConfiguration) this.#forget(handler, lane);
      lane.bell.ring();
    }
  }

  /** Delivers until `signal` fires. Never rejects. */
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    this.#isOpen = true;
    for (const lane of this.#lanes.values()) this.#start(lane);
    await fired(signal);
    this.#isOpen = false;
    for (const { stop } of this.#lanes.values()) stop.abort();
    await Promise.all([...this.#lanes.values()].flatMap(({ running }) => (running === undefined ? [] : [running])));
  }

  #createLane(handler: string, isConfiguration: boolean): Lane {
    const bell = createDoorbell(this.#parts.clock);
    return { mailbox: emptyMailbox(handler, isConfiguration), bell, stop: new AbortController(), running: undefined };
  }

  #start(lane: Lane): void {
    if (this.#isOpen) lane.running ??= this.#carry(lane);
  }

  #forget(handler: string, lane: Lane): void {
    lane.stop.abort();
    this.#lanes.delete(handler);
    const count = lane.mailbox.waiting.length;
    if (count > 0) this.#parts.warn('messages for a worker that has gone are dropped', { handler, count });
  }

  async #carry(lane: Lane): Promise<void> {
    const { clock, random } = this.#parts;
    const { signal } = lane.stop;
    const hasEnded = (): boolean => signal.aborted;
    for (let failures = 0; !hasEnded();) {
      const { worker, waiting } = lane.mailbox;
      const message = waiting[0];
      if (worker === undefined || message === undefined) {
        failures = 0;
        await lane.bell.wait({ signal });
        continue;
      }
      const error = await this.#deliver(worker, message, signal);
      failures = error === undefined ? 0 : failures + 1;
      if (hasEnded()) return;
      if (error === undefined || this.#isToGiveUp(lane.mailbox, error, failures)) {
        lane.mailbox = takeMessage(lane.mailbox, message, worker.registrationId);
        failures = 0;
        continue;
      }
      const endMs = clock.monotonicMs() + backoffDelayMs(WORKER_BACKOFF, failures, random);
      await this.#rest(lane, worker, endMs);
    }
  }

  /** Waits for a moment, or until somebody else answers: neither a new message nor the same worker shortens it. */
  async #rest(lane: Lane, worker: RegisteredWorker, endMs: number): Promise<void> {
    const { clock } = this.#parts;
    const { signal } = lane.stop;
    const isSame = (): boolean => lane.mailbox.worker?.registrationId === worker.registrationId;
    for (let restMs = endMs - clock.monotonicMs(); restMs > 0 && isSame() && !signal.aborted;) {
      await lane.bell.wait({ signal, limitMs: restMs });
      restMs = endMs - clock.monotonicMs();
    }
  }

  async #deliver(worker: RegisteredWorker, message: Message, signal: AbortSignal): Promise<unknown> {
    const { hub } = this.#parts;
    try {
      const data = workerDataOf(message, worker.handler);
      const detached = worker.hasDetachedContent ? await this.#fetch(message, signal) : undefined;
      const whole: WorkerData = detached === undefined ? data : { ...data, content: detached };
      await hub.send(worker.handler, whole, { signal });
      return undefined;
    } catch (error) {
      return error ?? new Error('no words');
    }
  }

  #fetch(message: Message, signal: AbortSignal): Promise<Uint8Array> {
    return fetchDetached(message.content, this.#parts, { signal });
  }

  /** Says what went wrong, and whether that is the end of the message. */
  #isToGiveUp({ handler, isConfiguration }: Mailbox, error: unknown, failures: number): boolean {
    const isHopeless = errorRetry(error) === 'never' && !hasCode(error, 'NOT_FOUND');
    const isEnough = !isConfiguration && failures >= MAX_WORKER_TRIES;
    const message = isHopeless || isEnough ? 'a message for a worker is dropped' : 'a worker does not take its message';
    this.#parts.warn(message, { handler, error: errorText(error) });
    return isHopeless || isEnough;
  }
}
