import { K4eError } from '../foundation/index.ts';
import type { CallOptions } from '../ports/index.ts';
import type { DueItem } from './due-heap.ts';
import { createMailbox } from './mailbox.ts';
import { createQueueSchedule } from './queue-schedule.ts';
import type { QueueSchedule, WaitReason } from './queue-schedule.ts';
import { MAX_DELAY_MS, retryDelayMs } from './retry-delay.ts';
import { DEFAULT_RETRY_BACKOFF, DEFAULT_RETRY_RATE, MAX_QUEUE_KEYS } from './work-queue.ts';
import type { WorkItem, WorkQueue, WorkQueueOptions } from './work-queue.ts';

/** Creates an empty queue. */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  return new KeyedWorkQueue(options);
}

/**
 * A key and where it stands. Invariants: `isReady` and not taken: it is in the ready list, once. Ready: it waits for
 * nothing. Taken: nobody else can take it.
 */
interface Entry extends DueItem {
  readonly key: string;
  isReady: boolean;
  isTaken: boolean;
  readySinceMs: number;
  failures: number;
}

class KeyedWorkQueue implements WorkQueue {
  readonly #options;
  readonly #entries = new Map<string, Entry>();
  readonly #ready = createMailbox((entry: Entry) => this.#begin(entry));
  readonly #schedule: QueueSchedule<Entry>;
  #isShutDown = false;

  constructor(options: WorkQueueOptions) {
    this.#options = {
      backoff: DEFAULT_RETRY_BACKOFF,
      retryRate: DEFAULT_RETRY_RATE,
      maxKeys: MAX_QUEUE_KEYS,
      random: Math.random,
      ...options,
    };
    this.#schedule = createQueueSchedule<Entry>({ ...this.#options, onDue: (entry) => this.#makeReady(entry) });
  }

  get length(): number {
    return this.#ready.size;
  }

  get delayed(): number {
    return this.#schedule.size;
  }

  add(key: string): void {
    if (!this.#isShutDown) this.#makeReady(this.#entryOf(key));
  }

  addAfter(key: string, delayMs: number): void {
    if (Number.isNaN(delayMs))
      throw new K4eError('INVALID_INPUT', { subject: key, message: 'the delay is not a number' });
    if (delayMs <= 0) this.add(key);
    else if (!this.#isShutDown) this.#waitFor(this.#entryOf(key), delayMs, 'delay');
  }

  take(options: CallOptions = {}): Promise<WorkItem | undefined> {
    return this.#ready.take(options);
  }

  retry(key: string, error: unknown): number | undefined {
    const entry = this.#takenEntryOf(key);
    entry.failures += 1;
    const delayMs = retryDelayMs(error, entry.failures, this.#options.backoff, this.#options.random);
    if (delayMs === undefined) entry.failures = 0;
    else if (this.#isShutDown) return delayMs;
    else if (delayMs === 0) this.#makeReady(entry);
    else this.#waitFor(entry, delayMs, 'retry');
    return delayMs;
  }

  forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.failures = 0;
    this.#dropIfIdle(entry);
  }

  done(key: string): void {
    const entry = this.#takenEntryOf(key);
    entry.isTaken = false;
    if (entry.isReady) this.#ready.put(entry);
    else this.#dropIfIdle(entry);
  }

  shutdown(): readonly string[] {
    const asked = [...this.#entries.values()].filter((entry) => entry.isReady || entry.heapIndex >= 0);
    this.#isShutDown = true;
    this.#ready.close();
    this.#schedule.clear();
    for (const entry of asked) {
      entry.isReady = false;
      if (!entry.isTaken) this.#entries.delete(entry.key);
    }
    return asked.map((entry) => entry.key);
  }

  #entryOf(key: string): Entry {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    if (this.#entries.size >= this.#options.maxKeys)
      throw new K4eError('TOO_LARGE', { subject: key, message: 'the work queue is full' });
    const entry = {
      key,
      isReady: false,
      isTaken: false,
      readySinceMs: 0,
      failures: 0,
      dueMs: 0,
      order: 0,
      heapIndex: -1,
    };
    this.#entries.set(key, entry);
    return entry;
  }

  #takenEntryOf(key: string): Entry {
    const entry = this.#entries.get(key);
    if (entry?.isTaken !== true) throw new K4eError('INTERNAL', { subject: key, message: 'the key is not taken' });
    return entry;
  }

  #makeReady(entry: Entry): void {
    if (entry.isReady) return;
    this.#schedule.remove(entry);
    entry.isReady = true;
    entry.readySinceMs = this.#options.clock.monotonicMs();
    if (!entry.isTaken) this.#ready.put(entry);
  }

  #waitFor(entry: Entry, delayMs: number, reason: WaitReason): void {
    if (entry.isReady) return;
    const dueMs = this.#options.clock.monotonicMs() + Math.min(MAX_DELAY_MS, delayMs);
    const isWaiting = entry.heapIndex >= 0;
    if (isWaiting && entry.dueMs <= dueMs) return;
    this.#schedule.remove(entry);
    this.#schedule.put(entry, dueMs, reason);
  }

  #begin(entry: Entry): WorkItem {
    entry.isReady = false;
    entry.isTaken = true;
    const waitedMs = this.#options.clock.monotonicMs() - entry.readySinceMs;
    return { key: entry.key, waitedMs, failures: entry.failures };
  }

  #dropIfIdle(entry: Entry): void {
    const isIdle = !entry.isReady && !entry.isTaken && entry.heapIndex < 0 && entry.failures === 0;
    if (isIdle) this.#entries.delete(entry.key);
  }
}
