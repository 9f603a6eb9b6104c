import { backoffDelayMs, errorRetry, errorText, hasCode, sleep } from '../foundation/index.ts';
import type { Backoff } from '../foundation/index.ts';
import type { CallOptions } from '../ports/index.ts';
import { EVENT, resourceKey } from '../resources/index.ts';
import { composeEvent } from './compose-event.ts';
import type { EventRequest } from './compose-event.ts';
import { createEventLedger } from './event-ledger.ts';
import type { PendingEvent } from './event-ledger.ts';
import { EVENT_FLUSH_LIMIT_MS, EVENT_TIME_LIMIT_MS, EVENT_WRITE_RATE, MAX_EVENT_TRIES } from './event-recorder.ts';
import type { EventRecorder, EventRecorderOptions } from './event-recorder.ts';
import { createTokenBucket } from './token-bucket.ts';
import { withDeadline } from './with-deadline.ts';

const BACKOFF: Backoff = { firstMs: 500, maxMs: 10_000, factor: 2, jitter: 0.5 };

/** Creates a recorder that writes nothing until it runs. Its methods may be passed around: they need no `this`. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  return new StoreEventRecorder(options);
}

class StoreEventRecorder implements EventRecorder {
  readonly #options;
  readonly #ledger;
  readonly #writeRate;
  readonly #writing = new Set<Promise<number>>();
  #dropped = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = { random: Math.random, ...options, logger: options.logger.child({ recorder: options.component }) };
    this.#ledger = createEventLedger(options.clock);
    this.#writeRate = createTokenBucket({ ...EVENT_WRITE_RATE, clock: options.clock });
  }

  readonly record = (event: EventRequest): void => {
    try {
      if (!this.#ledger.record(event)) this.#drop(event);
    } catch (error) {
      this.#options.logger.error('an event could not be recorded', { error: errorText(error) });
    }
  };

  readonly run = async ({ signal }: { readonly signal: AbortSignal }): Promise<void> => {
    const { clock } = this.#options;
    while (!signal.aborted) {
      const event = await this.#ledger.take({ signal }).catch(() => undefined);
      if (event !== undefined) await this.#write(event, signal);
      await this.#waitForRate(signal);
    }
    const limit = { clock, limitMs: EVENT_FLUSH_LIMIT_MS };
    await withDeadline(limit, (inner) => this.flush({ signal: inner })).catch(() => undefined);
  };

  readonly flush = async (options: CallOptions = {}): Promise<void> => {
    const signal = options.signal ?? new AbortController().signal;
    const limit = { clock: this.#options.clock, limitMs: EVENT_TIME_LIMIT_MS, signal };
    while (!signal.aborted && (this.#ledger.size > 0 || this.#writing.size > 0)) {
      const event = this.#ledger.size > 0 ? await this.#ledger.take({ signal }) : undefined;
      if (event !== undefined) await this.#write(event, signal);
      else await withDeadline(limit, () => Promise.all(this.#writing)).catch(() => undefined);
    }
  };

  async #waitForRate(signal: AbortSignal): Promise<void> {
    const waitMs = this.#writeRate.msUntilToken();
    if (waitMs > 0) await sleep(this.#options.clock, waitMs, { signal }).catch(() => undefined);
    this.#writeRate.tryTake();
  }

  async #write(event: PendingEvent, signal: AbortSignal): Promise<void> {
    const writing = this.#tryToWrite(event, signal);
    this.#writing.add(writing);
    const waitMs = await writing.finally(() => this.#writing.delete(writing));
    if (waitMs > 0) await sleep(this.#options.clock, waitMs, { signal }).catch(() => undefined);
  }

  /** How long to wait before anything else is written. */
  async #tryToWrite(event: PendingEvent, signal: AbortSignal): Promise<number> {
    const deadline = { clock: this.#options.clock, limitMs: EVENT_TIME_LIMIT_MS, signal, subject: event.name };
    try {
      await withDeadline(deadline, (inner) => this.#store(event, inner));
      return 0;
    } catch (error) {
      if (!signal.aborted) return this.#failed(event, error);
      this.#ledger.putBack(event);
      return 0;
    }
  }

  async #store(event: PendingEvent, signal: AbortSignal): Promise<void> {
    const { store, component } = this.#options;
    if (!event.tally.hasLookedBack) await this.#lookBack(event, signal);
    const resource = composeEvent(component, event.request, event.tally);
    await store.apply(EVENT, resource, { owner: component, force: true, signal });
  }

  /** Goes on counting where an earlier process stopped. Who may not read events counts from one. */
  async #lookBack({ name, request, tally }: PendingEvent, signal: AbortSignal): Promise<void> {
    const ref = { namespace: request.about.metadata.namespace, name };
    const earlier = await this.#options.store.get(EVENT, ref, { signal }).catch((error: unknown) => {
      if (hasCode(error, 'FORBIDDEN')) return undefined;
      throw error;
    });
    tally.hasLookedBack = true;
    const firstMs = Date.parse(earlier?.firstTimestamp ?? '');
    if (Number.isSafeInteger(earlier?.count)) tally.count += earlier?.count ?? 0;
    if (Number.isFinite(firstMs)) tally.firstMs = Math.min(tally.firstMs, firstMs);
  }

  #failed(event: PendingEvent, error: unknown): number {
    const { logger, random } = this.#options;
    event.tries += 1;
    const isLast = errorRetry(error) === 'never' || event.tries >= MAX_EVENT_TRIES;
    if (!isLast) this.#ledger.putBack(event);
    const { reason, about } = event.request;
    const fields = { event: event.name, reason, resource: resourceKey(about.metadata), error: errorText(error) };
    if (isLast) logger.warn('an event is given up: it cannot be written', fields);
    return isLast ? 0 : backoffDelayMs(BACKOFF, event.tries, random);
  }

  /** Says so when the number of dropped events has doubled: a flood of events makes no flood of log lines. */
  #drop({ about, reason }: EventRequest): void {
    this.#dropped += 1;
    const isPowerOfTwo = Number.isInteger(Math.log2(this.#dropped));
    const fields = { dropped: this.#dropped, reason, resource: resourceKey(about.metadata) };
    if (isPowerOfTwo) this.#options.logger.warn('events are left out: too many', fields);
  }
}
