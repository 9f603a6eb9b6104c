import { journalled } from './failure-scope.ts';
import type { ExportedFile, WalkBatch } from '../../ports/index.ts';
import { excerpt } from './excerpt.ts';
import type { FailedFiles } from './failed-files.ts';
import type { LaneParts } from './lane-parts.ts';
import type { LaneTransfers } from './lane-transfers.ts';
import type { Look } from './look.ts';
import { isObjectKey, objectKey } from './object-key.ts';
import type { UploadPath } from './object-key.ts';
import { planUpload } from './plan-upload.ts';
import type { FileOrigin } from './plan-upload.ts';
import { isSettled } from './settled-files.ts';
import type { SettleMoment } from './settled-files.ts';

/** What a walk works with. */
export interface WalkParts {
  readonly parts: LaneParts;
  readonly workload: string;
  readonly paths: readonly UploadPath[];
  readonly failed: FailedFiles;
  readonly transfers: LaneTransfers;
}

interface KeyedFile {
  readonly key: string;
  readonly file: ExportedFile;
  /** Number of the path that it is below. */
  readonly index: number;
}

/**
 * Meets every file of a workload, batch after batch, decides about it, and offers what is to be sent to the transfers, which
 * hold the walk up while they have enough. Resolves when all files were met; transfers may go on. Rejects with `ABORTED`,
 * a `JournalFailure`, or as the export does.
 */
export async function walkWorkload(walk: WalkParts, look: Look, signal: AbortSignal): Promise<void> {
  for (const [index, path] of walk.paths.entries()) await new PathWalk(walk, look, signal, index).meet(path);
  look.isWalked = true;
}

class PathWalk {
  readonly #walk: WalkParts;
  readonly #look: Look;
  readonly #signal: AbortSignal;
  readonly #index: number;

  constructor(walk: WalkParts, look: Look, signal: AbortSignal, index: number) {
    this.#walk = walk;
    this.#look = look;
    this.#signal = signal;
    this.#index = index;
  }

  async meet(path: UploadPath): Promise<void> {
    const { parts, workload } = this.#walk;
    const batches = parts.exports.walk(workload, path.source, { signal: this.#signal })[Symbol.asyncIterator]();
    try {
      let isOver = false;
      while (!isOver) {
        const release = await this.#waited(parts.batches.acquire({ signal: this.#signal }));
        try {
          const next = await batches.next();
          isOver = next.done === true;
          if (next.done !== true) await this.#take(next.value, path);
        } finally {
          release();
        }
      }
    } finally {
      await batches.return?.();
    }
  }

  async #take({ files, refused }: WalkBatch, path: UploadPath): Promise<void> {
    const { parts } = this.#walk;
    for (const { path: name, reason } of refused) this.#look.noteRefused(`${excerpt(name)} is not uploaded: ${reason}`);
    const keyed = files.flatMap((file) => this.#withKey(file, path));
    const keys = keyed.map(({ key }) => key);
    const rows = await journalled(parts.journal.find(keys, { signal: this.#signal }));
    const moment = this.#look.isFinal ? undefined : parts.steady.moment();
    const { workload } = this.#walk;
    for (const entry of keyed) {
      const plan = planUpload(entry.file, rows.get(entry.key), { workload, moment, mayTakeOver: false });
      if (plan.kind === 'wait') this.#look.noteLeft(entry.file.sizeBytes, 'waiting');
      else if (plan.kind === 'transfer') await this.#send(entry, false);
      else if (plan.kind === 'contested') await this.#contest(entry, plan.owner, moment);
    }
  }

  #withKey(file: ExportedFile, path: UploadPath): readonly KeyedFile[] {
    const key = objectKey(path, file.path);
    if (key === undefined) return [];
    if (isObjectKey(key)) return [{ key, file, index: this.#index }];
    this.#look.noteRefused(`${excerpt(file.path)} is not uploaded: the key of its object would be too long`);
    return [];
  }

  async #contest({ key, file, index }: KeyedFile, owner: FileOrigin, moment: SettleMoment | undefined): Promise<void> {
    const { parts, workload } = this.#walk;
    if (await parts.isLost({ key, owner, workload, index }, this.#signal)) {
      const rival = `${excerpt(owner.path)} of workload ${owner.workload}`;
      this.#look.noteRefused(`${excerpt(file.path)} is not uploaded: ${rival} goes to the same object`);
    } else if (moment !== undefined && !isSettled(file, moment)) this.#look.noteLeft(file.sizeBytes, 'waiting');
    else await this.#send({ key, file, index }, true);
  }

  async #send({ key, file }: KeyedFile, mayTakeOver: boolean): Promise<void> {
    const { parts, workload, failed, transfers } = this.#walk;
    const look = this.#look;
    const { clock } = parts;
    const notBeforeMs = failed.notBeforeMs(key, look.number);
    if (notBeforeMs > clock.monotonicMs() || (notBeforeMs === 0 && failed.isFull)) {
      return look.noteLeft(file.sizeBytes, 'failed');
    }
    await this.#waited(transfers.offer({ key, workload, file, mayTakeOver }, look, this.#signal));
  }

  async #waited<T>(work: Promise<T>): Promise<T> {
    const { clock } = this.#walk.parts;
    const sinceMs = clock.monotonicMs();
    try {
      return await work;
    } finally {
      this.#look.waitedMs += clock.monotonicMs() - sinceMs;
    }
  }
}
