import { backoffDelayMs, errorRetry, errorText, sleep } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import { createDoorbell } from '../../link/index.ts';
import type { Doorbell } from '../../link/index.ts';
import type { Clock, Logger, RegisteredWorker, WorkerHub } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';

/**
 * Time that workers have to end their work when the control plane lets the device go, in milliseconds. The control plane waits
 * for two minutes only; but what is not removed by then still has to be, and no worker runs once the gateway has ended.
 */
export const DISMISSAL_LIMIT_MS = 1_800_000;
/** Time for one answer of a worker, in milliseconds; it is asked again after that. */
export const DISMISSAL_ANSWER_LIMIT_MS = 120_000;
/** How long a worker that has gone in the middle of it is waited for, or the first one to register, in milliseconds. */
export const DISMISSAL_REGISTRATION_MS = 15_000;
/** Waits before a worker is told again. */
export const DISMISSAL_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 30_000, factor: 2, jitter: 0.2 };

/** What telling workers takes. `random` gives numbers in [0, 1). */
export interface DismissalParts {
  readonly hub: Pick<WorkerHub, 'workers' | 'disconnect'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** How far a handler is: its worker is being told, has gone without an answer, or has ended its work. */
type Progress =
  | { readonly state: 'told'; readonly registrationId: string }
  | { readonly state: 'gone'; readonly sinceMs: number }
  | { readonly state: 'done'; readonly registrationId: string };

/** Tells workers that the device is let go, until each has ended its work; also those that register meanwhile. */
export class Dismissal {
  readonly #parts: DismissalParts;
  /** By handler: a worker that dies and comes back goes on with the same work. */
  readonly #progress = new Map<string, Progress>();
  readonly #bell: Doorbell;

  constructor(parts: DismissalParts) {
    this.#parts = parts;
    this.#bell = createDoorbell(parts.clock);
  }

  /** The set of workers may have changed. */
  reconsider(): void {
    this.#bell.ring();
  }

  /**
   * Tells all, and resolves when they have ended their work, or after `DISMISSAL_LIMIT_MS`. `waitMs` is how long it waits
   * for the first to register. Never rejects.
   */
  async run({ signal, waitMs }: { readonly signal: AbortSignal; readonly waitMs: number }): Promise<void> {
    const { clock } = this.#parts;
    const startedAtMs = clock.monotonicMs();
    const endMs = startedAtMs + DISMISSAL_LIMIT_MS;
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    while (!either.aborted) {
      this.#tellNewcomers(either);
      const nowMs = clock.monotonicMs();
      const waitEndMs = this.#progress.size === 0 ? startedAtMs + waitMs : this.#waitEndMs();
      if (Math.min(waitEndMs, endMs) <= nowMs) break;
      await this.#bell.wait({ signal, limitMs: Math.min(waitEndMs, endMs) - nowMs });
    }
    stop.abort();
  }

  /** How long there is something to wait for. */
  #waitEndMs(): number {
    const ends = [...this.#progress.values()].map((progress) => {
      if (progress.state === 'told') return Infinity;
      return progress.state === 'gone' ? progress.sinceMs + DISMISSAL_REGISTRATION_MS : 0;
    });
    return Math.max(...ends);
  }

  #tellNewcomers(signal: AbortSignal): void {
    for (const worker of this.#parts.hub.workers()) {
      const progress = this.#progress.get(worker.handler);
      if (progress?.state !== 'gone' && progress?.registrationId === worker.registrationId) continue;
      this.#progress.set(worker.handler, { state: 'told', registrationId: worker.registrationId });
      void this.#tell(worker, signal);
    }
  }

  /** Tells one registration until it has ended its work, is gone, or does not want to hear. */
  async #tell(worker: RegisteredWorker, signal: AbortSignal): Promise<void> {
    const { hub, clock, random, logger } = this.#parts;
    const { handler } = worker;
    const hasEnded = (): boolean => signal.aborted;
    for (let failures = 1; !hasEnded() && this.#isThere(worker); failures++) {
      try {
        const limits = { clock, limitMs: DISMISSAL_ANSWER_LIMIT_MS, subject: handler, signal };
        await withDeadline(limits, (inner) => hub.disconnect(handler, { signal: inner }));
        logger.info('a worker has ended its work', { handler });
        return this.#note(worker, 'done');
      } catch (error) {
        if (hasEnded()) return;
        logger.warn('a worker has not ended its work', { handler, error: errorText(error) });
        if (errorRetry(error) === 'never') return this.#note(worker, 'done');
      }
      await sleep(clock, backoffDelayMs(DISMISSAL_BACKOFF, failures, random), { signal }).catch(() => undefined);
    }
    this.#note(worker, 'gone');
  }

  #isThere({ registrationId }: RegisteredWorker): boolean {
    return this.#parts.hub.workers().some((worker) => worker.registrationId === registrationId);
  }

  /** What became of a registration, unless another one has taken its place. */
  #note({ handler, registrationId }: RegisteredWorker, state: 'done' | 'gone'): void {
    const progress = this.#progress.get(handler);
    if (progress?.state !== 'told' || progress.registrationId !== registrationId) return;
    const sinceMs = this.#parts.clock.monotonicMs();
    this.#progress.set(handler, state === 'done' ? { state, registrationId } : { state, sinceMs });
    this.#bell.ring();
  }
}
