import { jsonEqual } from '../../foundation/index.ts';
import type { BucketAccess, Clock, ObjectStore, OpenBucket, UploadJournal } from '../../ports/index.ts';
import type { Announce } from '../activity/index.ts';
import { createDoorbell } from '../../link/index.ts';
import type { BucketGate, Passage } from './bucket-gate.ts';
import { BucketSession } from './bucket-session.ts';
import { journalled } from './failure-scope.ts';
import { listBucket } from './list-bucket.ts';
import { bucketIdentity } from './read-bucket.ts';
import type { BucketReading } from './read-bucket.ts';
import type { UploadProblem } from './upload-problem.ts';

/** What the bucket of a device works with. */
export interface BucketParts {
  readonly openBucket: OpenBucket;
  readonly journal: UploadJournal;
  readonly clock: Clock;
  readonly announce: Announce;
  readonly gate: BucketGate;
  /** Where in the bucket files go, of all workloads or of those that were removed: see `listedPrefixes`. */
  readonly prefixes: (which: { readonly isLeavingOnly: boolean }) => readonly string[];
  /** `sessionFor` or `problemFor` answer otherwise than before. */
  readonly onChange: () => void;
}

/**
 * The bucket of the device, through changes of its credentials and of the bucket itself. Invariants:
 *
 * - There is a session only while the journal is about its bucket, and knows what was in it.
 * - What uses a session of one bucket has ended before the journal is told of another.
 */
export class Bucket {
  readonly #parts: BucketParts;
  readonly #bell;
  #reading: BucketReading = { kind: 'none' };
  /** Of the last configuration that had one. */
  #access: BucketAccess | undefined;
  #session: BucketSession | undefined;
  #ending: Promise<void> = Promise.resolve();
  #opening = new AbortController();
  #journalled: string | undefined;

  constructor(parts: BucketParts) {
    this.#parts = parts;
    this.#bell = createDoorbell(parts.clock);
  }

  /** What the configuration says of the bucket from now on. A new way to it is tried at once. */
  aim(reading: BucketReading): void {
    if (jsonEqual(reading, this.#reading)) return;
    this.#reading = reading;
    this.#opening.abort();
    if (reading.kind === 'bucket') {
      this.#access = reading.access;
      const isAnother = this.#session !== undefined && !isSameBucket(this.#session.access, reading.access);
      if (isAnother) this.#endSession();
      this.#parts.gate.reset();
    }
    this.#bell.ring();
    this.#parts.onChange();
  }

  /** What is to be uploaded may be otherwise than before. */
  reconsider(): void {
    this.#bell.ring();
  }

  /** Whether there is, or was, a bucket that files could come to. */
  get isKnown(): boolean {
    return this.#access !== undefined;
  }

  /**
   * How files come to the bucket now; `undefined`: not. Files of a workload that was removed (`isLeaving`) may go to the
   * bucket that there was, when a configuration names none any more.
   */
  sessionFor({ isLeaving }: { readonly isLeaving: boolean }): BucketSession | undefined {
    return this.#reading.kind === 'bucket' || isLeaving ? this.#session : undefined;
  }

  /** Why files cannot come to the bucket, or may not. */
  problemFor({ isLeaving }: { readonly isLeaving: boolean }): UploadProblem | undefined {
    const reading = this.#reading;
    if (reading.kind === 'bucket' || (isLeaving && this.isKnown)) return this.#parts.gate.problem;
    return reading.kind === 'none'
      ? { code: 'BUCKET_UNAVAILABLE', message: 'the configuration of the device names no bucket' }
      : { code: 'INVALID_INPUT', message: `the bucket of the configuration cannot be used: ${reading.problem}` };
  }

  /** The journal has failed: nothing is uploaded before it was opened again. */
  noteJournalFailure(error: unknown, passage: Passage): void {
    const { gate } = this.#parts;
    if (!gate.isCurrent(passage)) return;
    this.#journalled = undefined;
    this.#endSession();
    gate.noteFailure(error, passage);
    this.#bell.ring();
  }

  /** Opens what is to be opened, and tries again what failed, until `signal` fires; then lets go of the bucket. */
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    while (!signal.aborted) {
      const access = this.#toOpen();
      const waitMs = access === undefined ? undefined : this.#parts.gate.closedForMs;
      if (access !== undefined && waitMs === 0) await this.#open(access, signal);
      else await this.#bell.wait({ signal, limitMs: waitMs });
    }
    this.#endSession();
    await this.#ending;
  }

  /** Nothing is opened before there is something to upload. */
  #toOpen(): BucketAccess | undefined {
    if (this.#session?.access === this.#access || this.#uploadPrefixes().length === 0) return undefined;
    return this.#access;
  }

  #uploadPrefixes(): readonly string[] {
    return this.#parts.prefixes({ isLeavingOnly: this.#reading.kind !== 'bucket' });
  }

  async #open(access: BucketAccess, signal: AbortSignal): Promise<void> {
    const { gate, openBucket, onChange } = this.#parts;
    const passage = gate.enter();
    this.#opening = new AbortController();
    const inner = AbortSignal.any([signal, this.#opening.signal]);
    let store: ObjectStore | undefined;
    try {
      store = await openBucket(access);
      await this.#learn(access, store, inner);
      if (inner.aborted) return store.close();
      this.#session?.retire();
      this.#session = new BucketSession(access, store);
      onChange();
    } catch (error) {
      store?.close();
      if (!inner.aborted) gate.noteFailure(error, passage);
    }
  }

  /** Makes the journal one about this bucket that knows what is in it. */
  async #learn(access: BucketAccess, store: ObjectStore, signal: AbortSignal): Promise<void> {
    const { journal } = this.#parts;
    const identity = bucketIdentity(access);
    if (this.#journalled === identity) return;
    await this.#ending;
    this.#journalled = undefined;
    const { isListed } = await journalled(journal.open(identity, { signal }));
    if (!isListed) await listBucket({ ...this.#parts, store, prefixes: this.#uploadPrefixes() }, signal);
    this.#journalled = identity;
  }

  #endSession(): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#session = undefined;
    this.#ending = Promise.all([this.#ending, session.end()]).then(() => undefined);
    this.#parts.onChange();
  }
}

function isSameBucket(a: BucketAccess, b: BucketAccess): boolean {
  return bucketIdentity(a) === bucketIdentity(b);
}
