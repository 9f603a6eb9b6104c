import { errorText, hasCode } from '../../foundation/index.ts';
import type { CallOptions, Logger, StateStore } from '../../ports/index.ts';
import type { Message } from '../../protocol/index.ts';
import type { WarnThrottled } from '../../link/index.ts';
import type { OutboxEntry } from './outbox-entry.ts';
import { createOutboxEntry, decodeOutbox, encodeOutbox } from './outbox-entry.ts';
import type { OutboxLimits, OutboxPlan } from './plan-outbox.ts';
import { DEFAULT_OUTBOX_LIMITS, planOutbox } from './plan-outbox.ts';

/** Name of the state document with the messages that the control plane has not taken yet. */
export const OUTBOX_DOCUMENT = 'outbox';

/** What an outbox is made of. */
export interface OutboxParts {
  readonly state: StateStore;
  readonly logger: Logger;
  /** For what a worker that floods causes again and again. */
  readonly warn: WarnThrottled;
  /** Default `DEFAULT_OUTBOX_LIMITS`. */
  readonly limits?: OutboxLimits | undefined;
}

/**
 * Messages that survive the death of the process. Writes that are asked for while one runs become one write; what is
 * delivered twice after a death costs less than what is lost.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #limits: OutboxLimits;
  #entries: readonly OutboxEntry[] = [];
  #nextId = 0;
  #running: Promise<void> | undefined;
  #queued: Promise<void> | undefined;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#limits = parts.limits ?? DEFAULT_OUTBOX_LIMITS;
  }

  /** What waits, oldest first. */
  get entries(): readonly OutboxEntry[] {
    return this.#entries;
  }

  /** Takes up what an earlier process left. What is damaged is said, and begun anew. Rejects with `ABORTED` only. */
  async restore(options: CallOptions = {}): Promise<void> {
    try {
      const bytes = await this.#parts.state.read(OUTBOX_DOCUMENT, options);
      const { entries } = planOutbox(bytes === undefined ? [] : decodeOutbox(bytes), [], this.#limits);
      this.#entries = entries;
      this.#nextId = entries.reduce((next, { id }) => Math.max(next, id + 1), 0);
    } catch (error) {
      if (hasCode(error, 'ABORTED')) throw error;
      this.#parts.logger.error('the outbox is damaged and begins anew: messages may be lost', {
        error: errorText(error),
      });
    }
  }

  /**
   * Keeps messages, in their order, behind all others. Answers, for each, whether it is kept: durably, unless something
   * newer took its place or it had to give way meanwhile. Never rejects.
   */
  async keep(messages: readonly Message[]): Promise<readonly boolean[]> {
    const added = messages.map((message) => createOutboxEntry(this.#nextId++, message));
    const plan = planOutbox(this.#entries, added, this.#limits);
    this.#entries = plan.entries;
    if (plan.dropped.length > 0) {
      const directives = [...new Set(plan.dropped.map(({ message }) => message.directive ?? ''))].slice(0, 10);
      this.#parts.warn('the outbox is full: messages are dropped', { count: plan.dropped.length, directives });
    }
    const isDurable = await this.#save();
    const lost = new Set(plan.dropped.map(({ id }) => id));
    if (!isDurable) this.#takeBack(added, plan);
    return added.map(({ id }) => isDurable && !lost.has(id));
  }

  /** Forgets an entry. After a death it may be there again. */
  remove(entry: OutboxEntry): void {
    this.#forget([entry]);
    void this.#save();
  }

  /** Puts an entry behind all others. */
  putLast(entry: OutboxEntry): void {
    if (!this.#entries.some(({ id }) => id === entry.id)) return;
    const moved = { ...entry, id: this.#nextId++ };
    this.#entries = [...this.#entries.filter(({ id }) => id !== entry.id), moved];
    void this.#save();
  }

  /** Forgets everything. Never rejects. */
  async clear(): Promise<void> {
    this.#entries = [];
    await this.#save();
  }

  /** Resolves when no write runs or waits. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => undefined);
  }

  #forget(gone: readonly OutboxEntry[]): void {
    const ids = new Set(gone.map(({ id }) => id));
    this.#entries = this.#entries.filter(({ id }) => !ids.has(id));
  }

  /** Takes back what could not be saved: what had given way is there again. */
  #takeBack(added: readonly OutboxEntry[], plan: OutboxPlan): void {
    const ids = new Set(added.map(({ id }) => id));
    const back = [...this.#entries, ...plan.superseded, ...plan.dropped].filter(({ id }) => !ids.has(id));
    back.sort((a, b) => a.id - b.id);
    this.#entries = planOutbox(back, [], this.#limits).entries;
  }

  /** Writes the entries as they are when the write begins; resolves with whether that went well. */
  async #save(): Promise<boolean> {
    try {
      await this.#nextWrite();
      return true;
    } catch (error) {
      this.#parts.warn('the outbox could not be saved', { error: errorText(error) });
      return false;
    }
  }

  /** The first write that begins from now on: one for all who ask while another runs. */
  #nextWrite(): Promise<void> {
    if (this.#running === undefined) return this.#write();
    const begin = (): Promise<void> => {
      this.#queued = undefined;
      return this.#write();
    };
    this.#queued ??= this.#running.then(begin, begin);
    return this.#queued;
  }

  #write(): Promise<void> {
    const { state } = this.#parts;
    const writing =
      this.#entries.length === 0
        ? state.remove(OUTBOX_DOCUMENT)
        : state.write(OUTBOX_DOCUMENT, encodeOutbox(this.#entries));
    const running = writing.finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}
