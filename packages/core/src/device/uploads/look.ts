/** How a transfer that a look has met came out; `stored` and `settled` leave nothing to do, the others do. */
export type TransferOutcome = 'stored' | 'settled' | 'changed' | 'held' | 'failed';

/** Why a file is not sent now: it is being written, the bucket is not there, it failed a while ago, or others come first. */
export type LeftBehind = 'waiting' | 'held' | 'failed' | 'later';

/**
 * What one look at the files of a workload has found, and what has become of it since. A file counts as pending as long as
 * the bucket does not have it.
 */
export class Look {
  readonly number: number;
  readonly startedAtMs: number;
  /** Whether nothing writes to the files any more. */
  readonly isFinal: boolean;
  /** All files have been met. */
  isWalked = false;
  /** Monotonic milliseconds. */
  endedAtMs = 0;
  /** Of the time between, what it waited for transfers. */
  waitedMs = 0;
  #pendingFiles = 0;
  #pendingBytes = 0;
  #open = 0;
  #held = 0;
  #failed = 0;
  #waiting = 0;
  #later = 0;
  #refused = 0;
  #firstRefusal: string | undefined;

  constructor(start: { readonly number: number; readonly startedAtMs: number; readonly isFinal: boolean }) {
    this.number = start.number;
    this.startedAtMs = start.startedAtMs;
    this.isFinal = start.isFinal;
  }

  get pending(): { readonly files: number; readonly bytes: number } {
    return { files: this.#pendingFiles, bytes: this.#pendingBytes };
  }

  /** Files that could have been sent, were the bucket there. */
  get held(): number {
    return this.#held;
  }

  /** Files that have changed too recently, or while they were read. */
  get waiting(): number {
    return this.#waiting;
  }

  /** What is never uploaded as it is, in words. */
  get refusal(): string | undefined {
    if (this.#firstRefusal === undefined) return undefined;
    const more = this.#refused - 1;
    return more === 0 ? this.#firstRefusal : `${this.#firstRefusal}; and ${more} more`;
  }

  /** Nothing more comes of it. */
  get isEnded(): boolean {
    return this.isWalked && this.#open === 0;
  }

  /** Everything that could be uploaded was. Files that are being written do not count. */
  get isComplete(): boolean {
    return this.isEnded && this.#held + this.#failed + this.#later === 0;
  }

  /** Everything is uploaded. */
  get isDone(): boolean {
    return this.isComplete && this.#waiting === 0;
  }

  noteRefused(reason: string): void {
    this.#refused += 1;
    this.#firstRefusal ??= reason;
  }

  /** Not all files were met, or not with the same bucket. */
  noteInterrupted(): void {
    this.#held += 1;
  }

  /** A file is on its way, or will be. */
  noteOpen(sizeBytes: number): void {
    this.#open += 1;
    this.#notePending(sizeBytes);
  }

  /** A file is not sent now. */
  noteLeft(sizeBytes: number, why: LeftBehind): void {
    this.#count(why);
    this.#notePending(sizeBytes);
  }

  /** A file that was on its way no longer is. */
  noteEnded(sizeBytes: number, outcome: TransferOutcome): void {
    this.#open -= 1;
    if (outcome === 'stored' || outcome === 'settled') {
      this.#pendingFiles -= 1;
      this.#pendingBytes -= sizeBytes;
    } else this.#count(outcome === 'changed' ? 'waiting' : outcome);
  }

  #notePending(sizeBytes: number): void {
    this.#pendingFiles += 1;
    this.#pendingBytes += sizeBytes;
  }

  #count(why: LeftBehind): void {
    if (why === 'waiting') this.#waiting += 1;
    else if (why === 'held') this.#held += 1;
    else if (why === 'later') this.#later += 1;
    else this.#failed += 1;
  }
}
