import { errorText } from '../../foundation/index.ts';
import { createDoorbell } from '../../link/index.ts';
import type { Doorbell } from '../../link/index.ts';
import type { Clock, Logger, WorkerHub } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';

/**
 * Time that workers have to end their work when the control plane lets the device go, in milliseconds: what they do then
 * has to be over before the control plane stops waiting for the device, after two minutes.
 */
export const DISMISSAL_LIMIT_MS = 110_000;
/** How long a gateway that starts in the middle of it waits for workers to register, in milliseconds. */
export const DISMISSAL_REGISTRATION_MS = 15_000;

/** What telling workers takes. */
export interface DismissalParts {
  readonly hub: Pick<WorkerHub, 'workers' | 'disconnect'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Tells workers that the device is let go, each once; also those that register meanwhile. */
export class Dismissal {
  readonly #parts: DismissalParts;
  /** By registration: whether that worker has ended its work, or cannot be waited for. */
  readonly #isDone = new Map<string, boolean>();
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
    const restMs = (limitMs: number): number => startedAtMs + limitMs - clock.monotonicMs();
    while (!signal.aborted) {
      this.#tellNewcomers(signal, restMs(DISMISSAL_LIMIT_MS));
      const isAnybodyTold = this.#isDone.size > 0;
      const limitMs = restMs(isAnybodyTold ? DISMISSAL_LIMIT_MS : waitMs);
      if (limitMs <= 0 || (isAnybodyTold && [...this.#isDone.values()].every((isDone) => isDone))) return;
      await this.#bell.wait({ signal, limitMs });
    }
  }

  #tellNewcomers(signal: AbortSignal, limitMs: number): void {
    for (const { handler, registrationId } of this.#parts.hub.workers()) {
      if (this.#isDone.has(registrationId) || limitMs <= 0) continue;
      this.#isDone.set(registrationId, false);
      void this.#tell(handler, signal, limitMs).then(() => {
        this.#isDone.set(registrationId, true);
        this.#bell.ring();
      });
    }
  }

  async #tell(handler: string, signal: AbortSignal, limitMs: number): Promise<void> {
    const { hub, clock, logger } = this.#parts;
    try {
      const limits = { clock, limitMs, subject: handler, signal };
      await withDeadline(limits, (inner) => hub.disconnect(handler, { signal: inner }));
      logger.info('a worker has ended its work', { handler });
    } catch (error) {
      if (!signal.aborted)
        logger.warn('a worker could not be told to end its work', { handler, error: errorText(error) });
    }
  }
}
