import { backoffDelayMs, errorCode, errorRetry, errorText } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { Announce } from '../activity/index.ts';
import { JournalFailure } from './failure-scope.ts';
import type { TransferSlots } from './transfer-slots.ts';
import type { UploadProblem } from './upload-problem.ts';

/** Between two tries of what failed: 2 s, doubling up to 5 minutes. */
export const UPLOAD_BACKOFF: Backoff = { firstMs: 2_000, maxMs: 300_000, factor: 2, jitter: 0.2 };
/** That many files that failed, each for itself, and no success between them, are a failure of the bucket. */
export const SUSPECT_FAILURES = 8;

/** What a gate works with. `random` gives numbers in [0, 1). */
export interface BucketGateParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly announce: Announce;
  readonly slots: Pick<TransferSlots, 'narrow' | 'widen'>;
  /** The gate has closed or is passable again, or `problem` is another. */
  readonly onChange: () => void;
}

/** One passage through the gate. What it came to counts only as long as nothing else has changed the gate since. */
export interface Passage {
  readonly era: number;
}

/**
 * Whether the bucket is worth trying. After a failure of the bucket itself nothing is tried for a while; then one transfer
 * shows whether it works again, and with each success more run at once.
 */
export class BucketGate {
  readonly #parts: BucketGateParts;
  #era = 0;
  #failures = 0;
  readonly #suspects = new Set<string>();
  #notBeforeMs = 0;
  #problem: UploadProblem | undefined;

  constructor(parts: BucketGateParts) {
    this.#parts = parts;
  }

  /** Why nothing is tried, or the next try may fail; `undefined` when all is well. */
  get problem(): UploadProblem | undefined {
    return this.#problem;
  }

  /** Milliseconds until something may be tried; 0 when it may now. */
  get closedForMs(): number {
    return Math.max(0, this.#notBeforeMs - this.#parts.clock.monotonicMs());
  }

  /** A transfer begins. */
  enter(): Passage {
    return { era: this.#era };
  }

  /** Whether nothing has changed the gate since. */
  isCurrent({ era }: Passage): boolean {
    return era === this.#era;
  }

  /** The bucket has taken something. */
  noteSuccess(passage: Passage): void {
    if (!this.isCurrent(passage)) return;
    this.#parts.slots.widen();
    this.#suspects.clear();
    if (this.#problem === undefined) return;
    this.#clear();
    this.#parts.announce('uploadsUnblocked', {});
    this.#parts.onChange();
  }

  /** The bucket, the way to it, or the journal has failed. */
  noteFailure(error: unknown, passage: Passage): void {
    if (!this.isCurrent(passage)) return;
    const { clock, random, announce, slots, onChange } = this.#parts;
    const isJournal = error instanceof JournalFailure;
    const cause = isJournal ? error.cause : error;
    this.#failures += 1;
    // What a journal cannot do again it can after it was opened anew.
    const retryInMs = isJournal
      ? backoffDelayMs(UPLOAD_BACKOFF, this.#failures, random)
      : uploadRetryMs(cause, this.#failures, random);
    this.#notBeforeMs = clock.monotonicMs() + retryInMs;
    const code = errorCode(cause);
    const isNew = this.#problem === undefined || this.#problem.code !== code;
    const message = errorText(cause);
    this.#problem = { ...(code === undefined ? {} : { code }), message, retryAtMs: this.#notBeforeMs };
    this.#era += 1;
    slots.narrow();
    announce('uploadsBlocked', { message, retryInMs, isNew });
    onChange();
  }

  /** A file has failed, for itself as far as is known. */
  noteFileFailure(key: string, error: unknown, passage: Passage): void {
    if (!this.isCurrent(passage)) return;
    if (this.#suspects.size < SUSPECT_FAILURES) this.#suspects.add(key);
    if (this.#suspects.size >= SUSPECT_FAILURES) this.noteFailure(error, passage);
  }

  /** The bucket is reached in another way: what was does not count. */
  reset(): void {
    this.#era += 1;
    this.#suspects.clear();
    this.#clear();
    this.#parts.onChange();
  }

  #clear(): void {
    this.#failures = 0;
    this.#notBeforeMs = 0;
    this.#problem = undefined;
  }
}

/** How long to wait after that many failures in a row: longer when the store asks for it, never beyond the longest wait. */
export function uploadRetryMs(error: unknown, failures: number, random: () => number): number {
  const retry = errorRetry(error);
  if (retry === 'never') return UPLOAD_BACKOFF.maxMs;
  const delayMs = backoffDelayMs(UPLOAD_BACKOFF, failures, random);
  return retry === 'backoff' ? delayMs : Math.max(delayMs, Math.min(retry.afterMs, UPLOAD_BACKOFF.maxMs));
}
