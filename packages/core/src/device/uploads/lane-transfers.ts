import type { Passage } from './bucket-gate.ts';
import type { BucketSession } from './bucket-session.ts';
import type { FailedFiles } from './failed-files.ts';
import { failureScope } from './failure-scope.ts';
import type { LaneParts } from './lane-parts.ts';
import type { Look, TransferOutcome } from './look.ts';
import { transferFile } from './transfer-file.ts';
import type { TransferRequest, TransferResult } from './transfer-file.ts';
import { isLargeFile } from './transfer-slots.ts';

/** Most large files of a workload that wait for their turn; further ones are met again by a later look. */
export const MAX_QUEUED_LARGE_FILES = 64;

/** What a lane wants to hear of its transfers. */
export interface TransferListener {
  /** Whether files of this moment go to the bucket that there was. */
  readonly isLeaving: () => boolean;
  /** A transfer has ended; `look` is the last one that has met it. */
  readonly onEnded: (look: Look, outcome: TransferOutcome, request: TransferRequest) => void;
  /** There is room again for large files that were left. */
  readonly onRoom: () => void;
}

interface OpenTransfer {
  readonly request: TransferRequest;
  look: Look;
}

/** The files of one workload that are on their way. A key is on its way once, over all workloads. */
export class LaneTransfers {
  readonly #parts: LaneParts;
  readonly #failed: FailedFiles;
  readonly #listener: TransferListener;
  readonly #open = new Map<string, OpenTransfer>();
  readonly #large: OpenTransfer[] = [];
  readonly #tasks = new Set<Promise<void>>();
  #signal: { readonly session: BucketSession; readonly either: AbortSignal } | undefined;
  #isDriving = false;
  #hasOverflown = false;

  constructor(parts: LaneParts, failed: FailedFiles, listener: TransferListener) {
    this.#parts = parts;
    this.#failed = failed;
    this.#listener = listener;
  }

  /** Brings a file to the bucket. Resolves when it is on its way, waits for its turn, or is left; never rejects. */
  async offer(request: TransferRequest, look: Look, signal: AbortSignal): Promise<void> {
    const { sizeBytes } = request.file;
    const open = this.#open.get(request.key);
    if (open?.request.file.path === request.file.path) {
      if (open.look !== look) look.noteOpen(sizeBytes);
      open.look = look;
      return;
    }
    const isLarge = isLargeFile(sizeBytes);
    const isFull = isLarge && this.#large.length >= MAX_QUEUED_LARGE_FILES;
    if (isFull) this.#hasOverflown = true;
    if (isFull || this.#parts.claims.has(request.key)) return look.noteLeft(sizeBytes, 'later');
    const transfer: OpenTransfer = { request, look };
    this.#open.set(request.key, transfer);
    this.#parts.claims.add(request.key);
    look.noteOpen(sizeBytes);
    if (!isLarge) return this.#begin(transfer, signal);
    this.#large.push(transfer);
    if (!this.#isDriving) this.#track(this.#driveLarge(signal));
  }

  /** Resolves when nothing is on its way any more. */
  async settled(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }

  #track(task: Promise<void>): void {
    this.#tasks.add(task);
    void task.finally(() => this.#tasks.delete(task));
  }

  async #driveLarge(signal: AbortSignal): Promise<void> {
    this.#isDriving = true;
    for (let next = this.#large.shift(); next !== undefined; next = this.#large.shift()) {
      await this.#begin(next, signal);
    }
    this.#isDriving = false;
    if (this.#hasOverflown) this.#listener.onRoom();
    this.#hasOverflown = false;
  }

  /** Waits for a slot, and for nothing else. */
  async #begin(transfer: OpenTransfer, signal: AbortSignal): Promise<void> {
    const { slots, gate, bucket } = this.#parts;
    const isPassable = (): boolean => gate.closedForMs === 0 && !signal.aborted;
    if (!isPassable()) return this.#end(transfer, 'held');
    const release = await slots.acquire(transfer.request.file.sizeBytes, { signal }).catch(() => undefined);
    const session = bucket.sessionFor({ isLeaving: this.#listener.isLeaving() });
    if (release === undefined || session === undefined || !isPassable()) {
      release?.();
      return this.#end(transfer, 'held');
    }
    this.#track(this.#run(transfer, session, signal).finally(release));
  }

  async #run(transfer: OpenTransfer, session: BucketSession, laneSignal: AbortSignal): Promise<void> {
    const { gate, clock } = this.#parts;
    const passage = gate.enter();
    const leave = session.use();
    const startedAtMs = clock.monotonicMs();
    const signal = this.#signalOf(session, laneSignal);
    let outcome: TransferOutcome;
    try {
      const result = await transferFile(transfer.request, { ...this.#parts, store: session.store }, { signal });
      outcome = this.#noteResult(transfer, result, passage, startedAtMs);
    } catch (error) {
      outcome = this.#noteError(transfer, error, passage);
    }
    leave();
    this.#end(transfer, outcome);
  }

  /** One signal for all transfers of a session: there are many. */
  #signalOf(session: BucketSession, laneSignal: AbortSignal): AbortSignal {
    if (this.#signal?.session !== session) {
      this.#signal = { session, either: AbortSignal.any([laneSignal, session.signal]) };
    }
    return this.#signal.either;
  }

  #end(transfer: OpenTransfer, outcome: TransferOutcome): void {
    const { request, look } = transfer;
    this.#open.delete(request.key);
    this.#parts.claims.delete(request.key);
    look.noteEnded(request.file.sizeBytes, outcome);
    this.#listener.onEnded(look, outcome, request);
  }

  #noteResult(
    { request }: OpenTransfer,
    result: TransferResult,
    passage: Passage,
    startedAtMs: number,
  ): TransferOutcome {
    const { gate, clock, announce, counters } = this.#parts;
    const { key, workload, file } = request;
    this.#failed.forget(key);
    switch (result) {
      case 'stored': {
        const { path, sizeBytes } = file;
        gate.noteSuccess(passage);
        counters.noteUploaded(sizeBytes);
        announce('fileUploaded', { workload, path, key, sizeBytes, durationMs: clock.monotonicMs() - startedAtMs });
        return 'stored';
      }
      case 'known':
      case 'gone':
        return 'settled';
      case 'changed':
        return 'changed';
      case 'contested':
        return 'held';
    }
  }

  #noteError({ request, look }: OpenTransfer, error: unknown, passage: Passage): TransferOutcome {
    const { gate, bucket, clock, counters } = this.#parts;
    const scope = failureScope(error);
    if (scope !== 'aborted') counters.noteFailed(error);
    if (scope === 'journal') bucket.noteJournalFailure(error, passage);
    if (scope === 'bucket') gate.noteFailure(error, passage);
    if (scope !== 'file') return 'held';
    gate.noteFileFailure(request.key, error, passage);
    this.#failed.noteFailure(request.key, error, { nowMs: clock.monotonicMs(), look: look.number });
    return 'failed';
  }
}
