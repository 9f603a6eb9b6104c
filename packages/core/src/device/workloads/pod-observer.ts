import { backoffDelayMs, errorText, sleep } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import type { Clock, ContainerRuntime, ObservedPod } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import type { Announce } from '../activity/index.ts';

/** Time allowed for a look at the pods, in milliseconds. */
export const LIST_LIMIT_MS = 60_000;
/** Between two looks at a runtime that cannot be asked, and two tries to follow its changes. */
export const OUTAGE_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 30_000, factor: 2, jitter: 0.2 };

/** What an observer works with. `random` gives numbers in [0, 1). */
export interface PodObserverParts {
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
  readonly random: () => number;
  readonly announce: Announce;
}

/** Looks at the pods, and keeps count of the times when the runtime cannot be asked. */
export class PodObserver {
  readonly #parts: PodObserverParts;
  #failures = 0;
  #notBeforeMs = 0;
  #outage: string | undefined;

  constructor(parts: PodObserverParts) {
    this.#parts = parts;
  }

  /** Why the runtime cannot be asked, while it cannot. */
  get outage(): string | undefined {
    return this.#outage;
  }

  /** When to look again after a look that failed; monotonic milliseconds. */
  get notBeforeMs(): number {
    return this.#notBeforeMs;
  }

  /** Every pod of ours; `undefined` while the runtime cannot be asked. Rejects with `ABORTED` only. */
  async look(signal: AbortSignal): Promise<readonly ObservedPod[] | undefined> {
    const { runtime, clock } = this.#parts;
    if (this.#notBeforeMs > clock.monotonicMs()) return undefined;
    try {
      const options = { clock, limitMs: LIST_LIMIT_MS, subject: 'container runtime', signal };
      const pods = await withDeadline(options, (inner) => runtime.list({ signal: inner }));
      this.#recover();
      this.#tellRepairs();
      return pods;
    } catch (error) {
      if (signal.aborted) throw error;
      this.noteOutage(error);
      return undefined;
    }
  }

  /** Takes down that the runtime could not be reached; the next look waits a while. */
  noteOutage(error: unknown): void {
    const { clock, random, announce } = this.#parts;
    this.#failures += 1;
    this.#notBeforeMs = clock.monotonicMs() + backoffDelayMs(OUTAGE_BACKOFF, this.#failures, random);
    const message = errorText(error);
    if (this.#outage === undefined) announce('runtimeUnavailable', { message });
    this.#outage = message;
  }

  /** Calls `onChange` whenever a pod may have changed, until `signal` fires. A stream that breaks is opened again. */
  async follow(onChange: () => void, signal: AbortSignal): Promise<void> {
    const { runtime, clock, random } = this.#parts;
    const isOver = (): boolean => signal.aborted;
    for (let failures = 1; !isOver(); failures++) {
      try {
        for await (const name of runtime.changes({ signal })) {
          failures = 1;
          if (name === undefined) this.#notBeforeMs = 0;
          onChange();
        }
      } catch (error) {
        if (!isOver()) this.noteOutage(error);
      }
      await sleep(clock, backoffDelayMs(OUTAGE_BACKOFF, failures, random), { signal }).catch(() => undefined);
      onChange();
    }
  }

  #tellRepairs(): void {
    const { runtime, announce } = this.#parts;
    for (const { kind, name, reason } of runtime.repairs())
      announce('storageRepaired', { kind, name, message: reason });
  }

  #recover(): void {
    if (this.#outage !== undefined) this.#parts.announce('runtimeAvailable', {});
    this.#failures = 0;
    this.#notBeforeMs = 0;
    this.#outage = undefined;
  }
}
