import { backoffDelayMs, errorCode, errorRetry, errorText } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import { createDoorbell } from '../../link/index.ts';
import type { Doorbell, WarnThrottled } from '../../link/index.ts';
import type { Clock, DeviceLink, LinkState, Logger, WorkerAnswer } from '../../ports/index.ts';
import type { Message } from '../../protocol/index.ts';
import { createTokenBucket, withDeadline } from '../../reconcile/index.ts';
import type { RateLimit, TokenBucket } from '../../reconcile/index.ts';
import type { Outbox, OutboxEntry, OutboxKind } from '../outbox/index.ts';
import { createOutboxEntry, kindOf } from '../outbox/index.ts';
import { WaitingSends, answerLimitMs } from './waiting-sends.ts';
import type { WaitingSend } from './waiting-sends.ts';
import { BUSY, ENDING, KEPT, NOT_KEPT, TAKEN, answerOfFailure, isWorthKeeping } from './worker-answers.ts';

/** Time allowed for one message, in milliseconds. */
export const DELIVERY_LIMIT_MS = 45_000;
/** Waits while the control plane is away. */
export const DELIVERY_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 30_000, factor: 2, jitter: 0.5 };
/** Time allowed for keeping a message, in milliseconds: a disk may hang, a worker must not. */
export const KEEP_LIMIT_MS = 5_000;
/**
 * How often messages of one kind are kept: each may be a write of the whole outbox, and the disk of a device wears out. A worker
 * that sends more is told that it is too much.
 */
export const KEEP_RATE: RateLimit = { perSecond: 1, burst: 64 };
/** Tries of one kept message while the control plane answers otherwise; then it makes way for the others. */
export const MAX_TRIES_IN_FRONT = 8;

/** What a lane is made of. `random` gives numbers in [0, 1). */
export interface DeliveryLaneParts {
  readonly link: Pick<DeviceLink, 'send'>;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** For what a worker that floods causes again and again. */
  readonly warn: WarnThrottled;
  /** Hears of each message that the control plane has taken. */
  readonly onTaken: (message: Message) => void;
}

/**
 * The way of messages to the control plane, one at a time and in their order: first what is kept, then what workers wait for.
 * A worker gets the control plane's own answer when it comes in time. While the control plane is away, or slow, what
 * workers send is kept, and they are told so.
 */
export class DeliveryLane {
  readonly #parts: DeliveryLaneParts;
  readonly #waiting: WaitingSends;
  readonly #arrival: Doorbell;
  readonly #retry: Doorbell;
  readonly #idle: Doorbell;
  readonly #keepBudget: Readonly<Record<OutboxKind, TokenBucket>>;
  #isOpen = true;
  #isAway = false;
  #doesLinkAnswer = false;
  #failures = 0;
  /** Ends the send that is under way. */
  #underWay: AbortController | undefined;
  #front: { readonly message: Message; tries: number } | undefined;

  constructor(parts: DeliveryLaneParts) {
    this.#parts = parts;
    this.#waiting = new WaitingSends(parts.clock);
    this.#arrival = createDoorbell(parts.clock);
    this.#retry = createDoorbell(parts.clock);
    this.#idle = createDoorbell(parts.clock);
    const budget = (): TokenBucket => createTokenBucket({ ...KEEP_RATE, clock: parts.clock });
    this.#keepBudget = { registration: budget(), heartbeat: budget(), other: budget() };
  }

  /**
   * Takes what a worker sends, and resolves with what became of it: in time for a worker that waits `answerWithinMs`. Never
   * rejects. When `signal` fires while nothing was begun with it, it is forgotten.
   */
  offer(
    message: Message,
    { signal, answerWithinMs }: { readonly signal: AbortSignal; readonly answerWithinMs?: number | undefined },
  ): Promise<WorkerAnswer> {
    if (!this.#isOpen) return Promise.resolve(ENDING);
    const { sizeBytes } = createOutboxEntry(0, message);
    if (!this.#waiting.hasRoomFor(sizeBytes)) return Promise.resolve(BUSY);
    return new Promise((resolve) => {
      const limitMs = answerLimitMs(answerWithinMs);
      const send = this.#waiting.add({ message, sizeBytes, signal, limitMs, resolve }, (late) => void this.#keep(late));
      if (this.#isAway) void this.#keep(send);
      else this.#arrival.ring();
    });
  }

  /**
   * Hears how the link is doing: one that answers again is reason to try at once. A send that was begun while it did not answer
   * is begun anew: a system that got no answer to the first packets of a connection waits half a minute between two more.
   */
  noteLink({ state }: LinkState): void {
    this.#doesLinkAnswer = state !== 'waiting';
    if (state !== 'connected') return;
    // The next send may fail once more, on a connection that has died meanwhile. That is no reason for a long wait, nor what
    // came before a sign that the message is one that is never taken.
    this.#failures = 0;
    this.#front = undefined;
    this.#retry.ring();
    if (this.#isAway) this.#underWay?.abort();
  }

  /** Delivers until `signal` fires; what nobody has taken by then is refused, what is kept stays kept. Never rejects. */
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    while (!signal.aborted) {
      const entry = this.#parts.outbox.entries[0];
      const message = entry?.message ?? this.#waiting.first?.message;
      if (message === undefined) {
        this.#idle.ring();
        await this.#arrival.wait({ signal });
      } else await this.#deliver(message, signal);
    }
    this.#isOpen = false;
    for (const send of this.#waiting.takeAll()) send.settle(ENDING);
    const limits = { clock: this.#parts.clock, limitMs: KEEP_LIMIT_MS, subject: 'outbox' };
    await withDeadline(limits, () => this.#parts.outbox.settled()).catch(() => undefined);
  }

  /** Resolves when nothing waits any more, or after `limitMs`. */
  async drain({ signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number }): Promise<void> {
    const endMs = this.#parts.clock.monotonicMs() + limitMs;
    const restMs = (): number => endMs - this.#parts.clock.monotonicMs();
    const isBusy = (): boolean => this.#parts.outbox.entries.length > 0 || this.#waiting.first !== undefined;
    while (isBusy() && restMs() > 0 && !signal.aborted) await this.#idle.wait({ signal, limitMs: restMs() });
  }

  async #deliver(message: Message, signal: AbortSignal): Promise<void> {
    const { clock, link } = this.#parts;
    if (this.#front?.message !== message) this.#front = { message, tries: 0 };
    this.#front.tries++;
    const underWay = new AbortController();
    this.#underWay = underWay;
    try {
      const ends = AbortSignal.any([signal, underWay.signal]);
      const limits = { clock, limitMs: DELIVERY_LIMIT_MS, subject: message.directive ?? 'message', signal: ends };
      await withDeadline(limits, (inner) => link.send('data', message, { signal: inner }));
      this.#isAway = false;
      this.#failures = 0;
      this.#finish(message, TAKEN);
      this.#parts.onTaken(message);
    } catch (error) {
      if (signal.aborted || underWay.signal.aborted) return;
      const entry = this.#entryOf(message);
      const isAwaited = entry?.kind === 'registration' && errorCode(error) === 'LINK_UNKNOWN_DEVICE';
      if (isWorthKeeping(error) || isAwaited) await this.#waitForLink(message, error, signal);
      else this.#refuse(message, error);
    } finally {
      this.#underWay = undefined;
    }
  }

  #refuse(message: Message, error: unknown): void {
    this.#isAway = false;
    this.#failures = 0;
    if (this.#entryOf(message) !== undefined) {
      const fields = { directive: message.directive, error: errorText(error) };
      this.#parts.logger.warn('the control plane refuses a message that was kept for it', fields);
    }
    this.#finish(message, answerOfFailure(error));
  }

  /** Keeps what waits, and rests. */
  async #waitForLink(message: Message, error: unknown, signal: AbortSignal): Promise<void> {
    const { random, logger } = this.#parts;
    this.#isAway = true;
    this.#failures++;
    const last = this.#waiting.last;
    if (last !== undefined) await this.#keep(last);
    this.#makeWay(message);
    const retry = errorRetry(error);
    const delayMs = backoffDelayMs(DELIVERY_BACKOFF, this.#failures, random);
    const limitMs = typeof retry === 'object' ? Math.max(delayMs, retry.afterMs) : delayMs;
    logger.debug('the control plane does not take messages', { error: errorText(error), retryInMs: limitMs });
    await this.#retry.wait({ signal, limitMs });
  }

  /** One message that the control plane cannot take holds up the others for a while only. */
  #makeWay(message: Message): void {
    const entry = this.#entryOf(message);
    if (entry === undefined || !this.#doesLinkAnswer || (this.#front?.tries ?? 0) < MAX_TRIES_IN_FRONT) return;
    this.#front = undefined;
    const fields = { directive: message.directive, tries: MAX_TRIES_IN_FRONT };
    if (entry.kind === 'other') {
      this.#parts.logger.warn('a message that the control plane never takes is dropped', fields);
      this.#parts.outbox.remove(entry);
    } else {
      this.#parts.logger.warn('a message that the control plane does not take goes behind the others', fields);
      this.#parts.outbox.putLast(entry);
    }
  }

  /** Keeps a send and, for the order, all before it. */
  async #keep(last: WaitingSend): Promise<void> {
    const sends = this.#waiting.takeThrough(last).filter((send) => this.#mayKeep(send));
    if (sends.length === 0) return;
    const { clock, outbox } = this.#parts;
    const limits = { clock, limitMs: KEEP_LIMIT_MS, subject: 'outbox' };
    const keep = (): Promise<readonly boolean[]> => outbox.keep(sends.map(({ message }) => message));
    const areKept = await withDeadline(limits, keep).catch((): readonly boolean[] => []);
    sends.forEach((send, index) => send.settle(areKept[index] === true ? KEPT : NOT_KEPT));
    this.#arrival.ring();
  }

  #mayKeep(send: WaitingSend): boolean {
    if (this.#keepBudget[kindOf(send.message)].tryTake()) return true;
    this.#parts.warn('a worker sends more than is kept for it', { directive: send.message.directive });
    send.settle(BUSY);
    return false;
  }

  #finish(message: Message, answer: WorkerAnswer): void {
    this.#waiting.take(message)?.settle(answer);
    const entry = this.#entryOf(message);
    if (entry !== undefined) this.#parts.outbox.remove(entry);
  }

  #entryOf(message: Message): OutboxEntry | undefined {
    return this.#parts.outbox.entries.find((entry) => entry.message === message);
  }
}
