import type { Clock } from '../ports/index.ts';
import { createDueHeap } from './due-heap.ts';
import type { DueItem } from './due-heap.ts';
import { createTokenBucket } from './token-bucket.ts';
import type { RateLimit } from './token-bucket.ts';

/** Longest that the one timer sleeps before it looks again: timers of a day and more overflow on some platforms. */
const LONGEST_TIMER_MS = 3_600_000;

/** Why an item waits: for its moment, or for its moment and then a token of the overall retry rate. */
export type WaitReason = 'delay' | 'retry';

/** What waits for later, on one timer whatever their number. */
export interface QueueSchedule<T extends DueItem> {
  readonly size: number;
  /** `item` waits until `dueMs` (monotonic); it must not be waiting already. */
  put(item: T, dueMs: number, reason: WaitReason): void;
  /** `false` when it does not wait. */
  remove(item: T): boolean;
  clear(): void;
}

/** What a schedule is made of. */
export interface QueueScheduleOptions<T> {
  readonly clock: Clock;
  readonly retryRate: RateLimit;
  /** Called once for each item that falls due; it waits no longer. May call `put` and `remove`. */
  readonly onDue: (item: T) => void;
}

/** Creates an empty schedule. */
export function createQueueSchedule<T extends DueItem>(options: QueueScheduleOptions<T>): QueueSchedule<T> {
  return new TwoLaneSchedule(options);
}

class TwoLaneSchedule<T extends DueItem> implements QueueSchedule<T> {
  readonly #options: QueueScheduleOptions<T>;
  readonly #tokens;
  readonly #delays = createDueHeap<T>();
  readonly #retries = createDueHeap<T>();
  #nextOrder = 0;
  #timerDueMs = Infinity;
  #cancelTimer = (): void => undefined;

  constructor(options: QueueScheduleOptions<T>) {
    this.#options = options;
    this.#tokens = createTokenBucket({ ...options.retryRate, clock: options.clock });
  }

  get size(): number {
    return this.#delays.size + this.#retries.size;
  }

  put(item: T, dueMs: number, reason: WaitReason): void {
    item.dueMs = dueMs;
    item.order = this.#nextOrder++;
    (reason === 'delay' ? this.#delays : this.#retries).push(item);
    this.#arm();
  }

  remove(item: T): boolean {
    return this.#delays.remove(item) || this.#retries.remove(item);
  }

  clear(): void {
    this.#delays.clear();
    this.#retries.clear();
    this.#cancelTimer();
    this.#timerDueMs = Infinity;
  }

  #release(): void {
    this.#timerDueMs = Infinity;
    const nowMs = this.#options.clock.monotonicMs();
    for (let item = this.#popDue(nowMs); item !== undefined; item = this.#popDue(nowMs)) this.#options.onDue(item);
    this.#arm();
  }

  #popDue(nowMs: number): T | undefined {
    const delayed = this.#delays.peek();
    if (delayed !== undefined && delayed.dueMs <= nowMs) return this.#delays.pop();
    const retry = this.#retries.peek();
    return retry !== undefined && retry.dueMs <= nowMs && this.#tokens.tryTake() ? this.#retries.pop() : undefined;
  }

  /** A timer that is due too early stays: it finds nothing and arms the right one. */
  #arm(): void {
    const nowMs = this.#options.clock.monotonicMs();
    const retry = this.#retries.peek();
    const retryMs = retry === undefined ? Infinity : Math.max(retry.dueMs, nowMs + this.#tokens.msUntilToken());
    const nextMs = Math.min(this.#delays.peek()?.dueMs ?? Infinity, retryMs);
    if (nextMs >= this.#timerDueMs) return;
    this.#cancelTimer();
    const delayMs = Math.min(LONGEST_TIMER_MS, Math.max(0, Math.ceil(nextMs - nowMs)));
    this.#timerDueMs = nowMs + delayMs;
    this.#cancelTimer = this.#options.clock.schedule(delayMs, () => this.#release());
  }
}
