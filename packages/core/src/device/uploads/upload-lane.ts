import { errorCode, errorText } from '../../foundation/index.ts';
import { createDoorbell } from '../../link/index.ts';
import { uploadRetryMs } from './bucket-gate.ts';
import type { BucketSession } from './bucket-session.ts';
import { FailedFiles } from './failed-files.ts';
import { failureScope } from './failure-scope.ts';
import type { LaneParts } from './lane-parts.ts';
import { LaneTransfers } from './lane-transfers.ts';
import { Look } from './look.ts';
import type { TransferOutcome } from './look.ts';
import { nextLookAtMs } from './next-look.ts';
import { SETTLE_MS } from './settled-files.ts';
import type { TransferRequest } from './transfer-file.ts';
import type { UploadProblem } from './upload-problem.ts';
import { MAX_UPLOAD_MESSAGE } from './upload-report.ts';
import type { UploadReport } from './upload-report.ts';
import type { UploadWorkload } from './upload-target.ts';
import { walkWorkload } from './walk-workload.ts';

/**
 * The uploads of one workload: looks at its files, again and again, and sends what is new. A lane that is leaving is of a
 * workload that was removed: once its pod is gone, and all that it left is uploaded, it is done.
 */
export class UploadLane {
  readonly name: string;
  readonly #parts: LaneParts;
  readonly #bell;
  readonly #failed: FailedFiles;
  readonly #transfers: LaneTransfers;
  #workload: UploadWorkload;
  #isLeaving = false;
  #look: Look | undefined;
  #walkedLook: Look | undefined;
  #looks = 0;
  #changes: { readonly firstAtMs: number; readonly lastAtMs: number } | undefined;
  #hasRoom = false;
  #lookFailures = 0;
  #lookProblem: (UploadProblem & { readonly retryAtMs: number }) | undefined;
  #lastUploadMs: number | undefined;
  #sent = { files: 0, sizeBytes: 0 };
  #told: { failure?: string | undefined; refusal?: string | undefined } = {};

  constructor(parts: LaneParts, workload: UploadWorkload) {
    this.name = workload.name;
    this.#parts = parts;
    this.#workload = workload;
    this.#bell = createDoorbell(parts.clock);
    this.#failed = new FailedFiles(parts.random);
    this.#transfers = new LaneTransfers(parts, this.#failed, {
      isLeaving: () => this.#isLeaving,
      onEnded: (look, outcome, request) => this.#noteEnded(look, outcome, request),
      onRoom: () => {
        this.#hasRoom = true;
        this.#bell.ring();
      },
    });
  }

  /** What of the workload is uploaded from now on. What a look for something else has found does not count. */
  aim(workload: UploadWorkload, { isLeaving }: { readonly isLeaving: boolean }): void {
    this.#workload = workload;
    this.#isLeaving = isLeaving;
    this.#look = undefined;
    this.#tellProblems();
    this.#bell.ring();
  }

  get workload(): UploadWorkload {
    return this.#workload;
  }

  /** Whether nothing writes to the files any more. */
  get isFinal(): boolean {
    return this.#isLeaving && this.#parts.isPodGone(this.name);
  }

  /** Whether nothing is left to do, ever. */
  get isDone(): boolean {
    return this.isFinal && (this.#workload.paths.length === 0 || (this.#look?.isFinal === true && this.#look.isDone));
  }

  /** Whether every file that could be uploaded is, as far as the last look has seen. */
  get isCaughtUp(): boolean {
    return this.#look?.isComplete === true;
  }

  /** A file of the workload may have changed. */
  noteChange(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    this.#changes = { firstAtMs: this.#changes?.firstAtMs ?? nowMs, lastAtMs: nowMs };
    this.#bell.ring();
  }

  /** The bucket, or whether the pod is gone, may be otherwise than before. */
  reconsider(): void {
    this.#bell.ring();
  }

  /** Works until `signal` fires, then resolves when what it was doing has ended. */
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    while (!signal.aborted) {
      const waitMs = this.#dueInMs();
      if (waitMs !== undefined && waitMs <= 0) await this.#lookOnce(signal);
      else await this.#bell.wait({ signal, limitMs: waitMs });
    }
    await this.#transfers.settled();
  }

  report(): UploadReport {
    const pending = this.#pending();
    const problem = this.#problem();
    return {
      workload: this.name,
      ...(pending === undefined ? {} : { pending }),
      ...(problem === undefined
        ? {}
        : { problem: { ...problem, message: problem.message.slice(0, MAX_UPLOAD_MESSAGE) } }),
      ...(this.#lastUploadMs === undefined ? {} : { lastUploadMs: this.#lastUploadMs }),
    };
  }

  /** While a look goes on, at least what the one before it had left. */
  #pending(): UploadReport['pending'] {
    const [now, before] = [this.#look?.pending, this.#walkedLook?.pending];
    return now !== undefined && (before === undefined || now.files >= before.files) ? now : before;
  }

  #problem(): UploadProblem | undefined {
    const { bucket } = this.#parts;
    const problem = bucket.problemFor({ isLeaving: this.#isLeaving });
    const isIdle = this.#walkedLook !== undefined && this.#pending()?.files === 0;
    const isBlocked = this.#session() === undefined || !isIdle;
    if (problem !== undefined && isBlocked) return problem;
    return this.#lookProblem ?? this.#failed.problem ?? this.#refusal();
  }

  #refusal(): UploadProblem | undefined {
    const texts = [...this.#workload.refusals, this.#walkedLook?.refusal].filter((text) => text !== undefined);
    return texts.length === 0 ? undefined : { code: 'INVALID_INPUT', message: texts.join('; ') };
  }

  #dueInMs(): number | undefined {
    const { gate, clock, steady } = this.#parts;
    const hasWork = this.#workload.paths.length > 0 && !this.isDone;
    if (!hasWork || this.#session() === undefined) return undefined;
    const look = this.#look;
    const isHeld = look !== undefined && look.held > 0;
    const nowMs = clock.monotonicMs();
    const dueAtMs = nextLookAtMs({
      intervalMs: this.#workload.intervalMs,
      last: look === undefined ? undefined : timesOf(look),
      changes: this.#changes,
      retryAtMs: this.#failed.problem?.retryAtMs,
      isUrgent: isHeld || this.#hasRoom || (this.isFinal && look?.isFinal === false),
      notBeforeMs: Math.max(
        this.#lookProblem?.retryAtMs ?? 0,
        isHeld ? nowMs + gate.closedForMs : 0,
        this.isFinal ? 0 : nowMs + SETTLE_MS - steady.moment().steadyForMs,
      ),
    });
    return dueAtMs - nowMs;
  }

  async #lookOnce(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const look = new Look({ number: ++this.#looks, startedAtMs: clock.monotonicMs(), isFinal: this.isFinal });
    this.#look = look;
    this.#changes = undefined;
    this.#hasRoom = false;
    const error = await this.#walk(look, signal);
    look.endedAtMs = clock.monotonicMs();
    if (signal.aborted || look !== this.#look) return;
    this.#noteWalked(look, error);
    this.#conclude(look);
  }

  /** Answers what the walk failed with, when that is a failure of the workload. */
  async #walk(look: Look, signal: AbortSignal): Promise<unknown> {
    const { gate, bucket } = this.#parts;
    const { name: workload, paths } = this.#workload;
    const passage = gate.enter();
    const session = this.#session();
    try {
      const walk = { parts: this.#parts, workload, paths, failed: this.#failed, transfers: this.#transfers };
      await walkWorkload(walk, look, signal);
      if (this.#session() !== session) look.noteInterrupted();
      return undefined;
    } catch (error) {
      if (failureScope(error) !== 'journal') return error;
      bucket.noteJournalFailure(error, passage);
      look.noteInterrupted();
      return undefined;
    }
  }

  #session(): BucketSession | undefined {
    return this.#parts.bucket.sessionFor({ isLeaving: this.#isLeaving });
  }

  #noteWalked(look: Look, error: unknown): void {
    const { clock, random } = this.#parts;
    if (error !== undefined) {
      this.#lookFailures += 1;
      const retryAtMs = clock.monotonicMs() + uploadRetryMs(error, this.#lookFailures, random);
      const code = errorCode(error);
      this.#lookProblem = { ...(code === undefined ? {} : { code }), message: errorText(error), retryAtMs };
    } else if (look.isWalked) {
      this.#lookFailures = 0;
      this.#lookProblem = undefined;
      this.#walkedLook = look;
      this.#failed.forgetUnseen(look.number);
    }
    if (look.waiting > 0) this.noteChange();
  }

  #noteEnded(look: Look, outcome: TransferOutcome, { file }: TransferRequest): void {
    if (outcome === 'stored') {
      this.#sent = { files: this.#sent.files + 1, sizeBytes: this.#sent.sizeBytes + file.sizeBytes };
    }
    if (outcome === 'changed') this.noteChange();
    if (look === this.#look && look.isEnded) this.#conclude(look);
    else if (outcome === 'held') this.#bell.ring();
  }

  /** Tells what has come of a look, as far as it has. */
  #conclude(look: Look): void {
    const { clock, announce, onChange } = this.#parts;
    if (look.isComplete && this.#workload.refusals.length === 0) this.#lastUploadMs = clock.nowMs();
    if (look.isDone && this.#sent.files > 0) {
      announce('uploadsCompleted', { workload: this.name, ...this.#sent });
      this.#sent = { files: 0, sizeBytes: 0 };
    }
    this.#tellProblems();
    this.#bell.ring();
    onChange(this.name);
  }

  #tellProblems(): void {
    const { announce } = this.#parts;
    const failure = this.#lookProblem ?? this.#failed.problem;
    const refusal = this.#refusal()?.message;
    const workload = this.name;
    if (failure !== undefined && failure.message !== this.#told.failure) {
      announce('uploadFailed', { workload, message: failure.message, isNew: this.#told.failure === undefined });
    }
    if (refusal !== undefined && refusal !== this.#told.refusal)
      announce('uploadRefused', { workload, message: refusal });
    this.#told = { failure: failure?.message, refusal };
  }
}

function timesOf({ startedAtMs, endedAtMs, waitedMs }: Look): NonNullable<Parameters<typeof nextLookAtMs>[0]['last']> {
  return { startedAtMs, endedAtMs, workedMs: endedAtMs - startedAtMs - waitedMs };
}
