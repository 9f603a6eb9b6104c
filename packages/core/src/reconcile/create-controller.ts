import { K4eError, errorText } from '../foundation/index.ts';
import {
  DEFAULT_WORKERS,
  DRAIN_TIME_LIMIT_MS,
  MAX_STUCK_PASSES,
  MIN_REQUEUE_MS,
  PASS_TIME_LIMIT_MS,
} from './controller.ts';
import type { Controller, ControllerOptions, ReconcileResult } from './controller.ts';
import { createControllerMetrics } from './controller-metrics.ts';
import { createWorkQueue } from './create-work-queue.ts';
import { failureOutcome, logFailure } from './pass-outcome.ts';
import type { PassFailure, PassOutcome } from './pass-outcome.ts';
import { createRunningPasses } from './running-passes.ts';
import { MAX_DELAY_MS } from './retry-delay.ts';
import { createTimeSlice } from './time-slice.ts';
import { withDeadline } from './with-deadline.ts';
import { MAX_QUEUE_KEYS } from './work-queue.ts';
import type { WorkItem, WorkQueue } from './work-queue.ts';

/** Creates a controller that does not run yet. Its methods may be passed around: they need no `this`. */
export function createController(options: ControllerOptions): Controller {
  return new QueueController(options);
}

/**
 * Invariants: `#queue` is set while keys are handed out, else what is asked for is parked. A key whose pass still runs,
 * if only because it does not heed its signal, gets no other beside it; one follows when it ends.
 */
class QueueController implements Controller {
  readonly name: string;
  readonly #options;
  readonly #metrics;
  readonly #yieldTurn;
  readonly #parked = new Set<string>();
  readonly #passes;
  #queue: WorkQueue | undefined;
  #isRunning = false;

  constructor(options: ControllerOptions) {
    const limits = { workers: DEFAULT_WORKERS, timeLimitMs: PASS_TIME_LIMIT_MS, drainLimitMs: DRAIN_TIME_LIMIT_MS };
    this.#options = {
      random: Math.random,
      ...limits,
      ...options,
      logger: options.logger.child({ controller: options.name }),
    };
    this.name = options.name;
    this.#metrics = createControllerMetrics(options.metrics, options.name);
    this.#yieldTurn = createTimeSlice(options.clock);
    this.#passes = createRunningPasses({
      maxStuck: MAX_STUCK_PASSES,
      onFree: this.enqueue,
      onStuck: this.#metrics.stuck,
    });
  }

  readonly enqueue = (key: string): void => this.enqueueAfter(key, 0);

  readonly enqueueAfter = (key: string, delayMs: number): void => {
    const maxKeys = this.#options.queue?.maxKeys ?? MAX_QUEUE_KEYS;
    if (this.#queue !== undefined) this.#queue.addAfter(key, delayMs);
    else if (this.#parked.has(key) || this.#parked.size < maxKeys) this.#parked.add(key);
    else throw new K4eError('TOO_LARGE', { subject: key, message: 'too many keys wait for the controller to run' });
    this.#measureQueue();
  };

  readonly run = async ({ signal }: { readonly signal: AbortSignal }): Promise<void> => {
    if (this.#isRunning) throw new K4eError('INTERNAL', { subject: this.name, message: 'the controller runs already' });
    this.#isRunning = true;
    const queue = this.#open();
    const hardStop = new AbortController();
    let cancelHardStop = (): void => undefined;
    const stop = (): void => {
      this.#close(queue);
      cancelHardStop = this.#options.clock.schedule(this.#options.drainLimitMs, () => hardStop.abort());
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    await Promise.all(Array.from({ length: this.#options.workers }, () => this.#work(queue, hardStop.signal)));
    cancelHardStop();
    this.#isRunning = false;
  };

  #open(): WorkQueue {
    const { clock, random } = this.#options;
    const queue = createWorkQueue({ ...this.#options.queue, clock, random });
    for (const key of this.#parked) queue.add(key);
    this.#parked.clear();
    this.#queue = queue;
    return queue;
  }

  #close(queue: WorkQueue): void {
    this.#queue = undefined;
    for (const key of queue.shutdown()) this.#parked.add(key);
    this.#measureQueue();
  }

  async #work(queue: WorkQueue, hardStop: AbortSignal): Promise<void> {
    for (let item = await queue.take(); item !== undefined; item = await queue.take()) {
      this.#measureQueue();
      await this.#handle(queue, item, hardStop);
      await this.#yieldTurn();
    }
  }

  async #handle(queue: WorkQueue, { key, waitedMs, failures }: WorkItem, hardStop: AbortSignal): Promise<void> {
    const { clock, timeLimitMs, reconcile } = this.#options;
    if (this.#passes.deferIfRunning(key)) return queue.done(key);
    this.#metrics.begun(waitedMs);
    const startedAtMs = clock.monotonicMs();
    const pass = { clock, limitMs: timeLimitMs, signal: hardStop, subject: key };
    const begin = (signal: AbortSignal): Promise<ReconcileResult | undefined> =>
      this.#passes.begin(key, async () => (await reconcile(key, { signal })) ?? undefined);
    const outcome = await withDeadline(pass, begin)
      .then((result) => this.#succeeded(queue, key, result))
      .catch((error: unknown) => this.#failed(queue, { key, error, failures: failures + 1 }, hardStop.aborted));
    queue.done(key);
    this.#metrics.ended(outcome, clock.monotonicMs() - startedAtMs);
    this.#passes.abandon(key);
    await this.#waitForRoom(hardStop);
  }

  async #waitForRoom(hardStop: AbortSignal): Promise<void> {
    const wait = { clock: this.#options.clock, limitMs: MAX_DELAY_MS, signal: hardStop };
    for (let room = this.#passes.room(); room !== undefined && !hardStop.aborted; room = this.#passes.room()) {
      const nextEnd = room;
      await withDeadline(wait, () => nextEnd).catch(() => undefined);
    }
  }

  #succeeded(queue: WorkQueue, key: string, result: ReconcileResult | undefined): PassOutcome {
    const requeueAfterMs = result?.requeueAfterMs;
    if (requeueAfterMs !== undefined) this.enqueueAfter(key, Math.max(MIN_REQUEUE_MS, requeueAfterMs));
    queue.forget(key);
    return requeueAfterMs === undefined ? 'done' : 'requeued';
  }

  #failed(queue: WorkQueue, failed: Omit<PassFailure, 'retryInMs'>, isStopped: boolean): PassOutcome {
    const retryInMs = queue.retry(failed.key, failed.error);
    if (retryInMs !== undefined && this.#queue === undefined) this.enqueue(failed.key);
    if (isStopped) return 'aborted';
    const failure = { ...failed, retryInMs };
    this.#report(failure);
    return failureOutcome(failure);
  }

  #report(failure: PassFailure): void {
    const { logger, onFailure } = this.#options;
    logFailure(logger, failure);
    try {
      onFailure?.(failure);
    } catch (thrown) {
      logger.error('onFailure threw', { key: failure.key, error: errorText(thrown) });
    }
  }

  #measureQueue(): void {
    this.#metrics.queue(this.#queue?.length ?? this.#parked.size, this.#queue?.delayed ?? 0);
  }
}
