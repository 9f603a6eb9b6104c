import { hasCode } from '../../foundation/index.ts';
import type {
  Clock,
  ExportFiles,
  ExportedFile,
  FileIdentity,
  JournalRow,
  ObjectContent,
  ObjectStore,
  OpenFile,
  StoredObject,
  UploadJournal,
} from '../../ports/index.ts';
import type { ByteRate } from './byte-rate.ts';
import { excerpt } from './excerpt.ts';
import { journalled } from './failure-scope.ts';
import { createFileContent } from './file-content.ts';
import { isSameFile, planUpload } from './plan-upload.ts';
import type { Transfer, UploadPlan } from './plan-upload.ts';
import type { ReadBuffers } from './read-buffers.ts';
import { withStallLimit } from './with-stall-limit.ts';

/** Which file is brought to which object. */
export interface TransferRequest {
  readonly key: string;
  readonly workload: string;
  readonly file: ExportedFile;
  /** Whether the object may be taken from another file that it is known to come from. */
  readonly mayTakeOver: boolean;
}

/** What a transfer works with. */
export interface TransferParts {
  readonly exports: ExportFiles;
  readonly journal: UploadJournal;
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly rate: ByteRate;
  readonly buffers: ReadBuffers;
}

/**
 * What a transfer came to:
 *
 * | result | meaning |
 * |---|---|
 * | `stored` | the bucket has taken the file |
 * | `known` | the bucket had it already |
 * | `changed` | the file is no longer what it was; nothing of it is visible in the bucket |
 * | `gone` | there is no such file any more, or it is one that is never uploaded |
 * | `contested` | the object has come from another file meanwhile |
 */
export type TransferResult = 'stored' | 'known' | 'changed' | 'gone' | 'contested';

/**
 * Brings one file to the bucket, and what is known of it to the journal: that it was begun before anything is sent, that it
 * is there after the store has said so. Cut off anywhere in between, the next try finds out. Rejects with what failed:
 * `ABORTED`, `TIMEOUT`, a `JournalFailure`, or as the store and the export do.
 */
export async function transferFile(
  request: TransferRequest,
  parts: TransferParts,
  { signal }: { readonly signal: AbortSignal },
): Promise<TransferResult> {
  const { workload, file } = request;
  const opened = await openFile(parts.exports, workload, file.path, signal);
  if (opened === undefined) return 'gone';
  try {
    if (!isSameFile(await opened.identify({ signal }), file)) return 'changed';
    const plan = await planAfresh(request, parts.journal, signal);
    if (plan.kind === 'contested') return 'contested';
    if (plan.kind !== 'transfer') return 'known';
    const subject = excerpt(file.path);
    return await withStallLimit({ clock: parts.clock, signal, subject }, (inner, noteProgress) =>
      new FileTransfer({ ...request, transfer: plan.transfer }, parts, inner, noteProgress).bring(opened),
    );
  } catch (error) {
    if (hasCode(error, 'UPLOAD_SOURCE_CHANGED')) return 'changed';
    throw error;
  } finally {
    await opened.close();
  }
}

/** What is known of the object may be more than when the transfer was asked for. */
async function planAfresh(
  { key, workload, file, mayTakeOver }: TransferRequest,
  journal: UploadJournal,
  signal: AbortSignal,
): Promise<UploadPlan> {
  const rows = await journalled(journal.find([key], { signal }));
  return planUpload(file, rows.get(key), { workload, moment: undefined, mayTakeOver });
}

async function openFile(
  exports: ExportFiles,
  workload: string,
  path: string,
  signal: AbortSignal,
): Promise<OpenFile | undefined> {
  try {
    return await exports.open(workload, path, { signal });
  } catch (error) {
    if (hasCode(error, 'NOT_FOUND') || hasCode(error, 'INVALID_INPUT')) return undefined;
    throw error;
  }
}

type Pace = (sizeBytes: number) => Promise<void>;
const unpaced: Pace = () => Promise.resolve();

type PlannedTransfer = TransferRequest & { readonly transfer: Transfer };

class FileTransfer {
  readonly #request: PlannedTransfer;
  readonly #parts: TransferParts;
  readonly #signal: AbortSignal;
  readonly #noteProgress: () => void;
  readonly #identity: FileIdentity;

  constructor(request: PlannedTransfer, parts: TransferParts, signal: AbortSignal, noteProgress: () => void) {
    const { sizeBytes, modifiedAtMs, changedAtMs, inode } = request.file;
    this.#request = request;
    this.#parts = parts;
    this.#signal = signal;
    this.#noteProgress = noteProgress;
    this.#identity = { sizeBytes, modifiedAtMs, changedAtMs, inode };
  }

  async bring(file: OpenFile): Promise<TransferResult> {
    const digest = await this.#knownDigest(file);
    if (digest !== undefined) {
      await this.#record({ state: 'stored', digest });
      return 'known';
    }
    const { abandon } = this.#request.transfer;
    if (abandon !== undefined) await this.#abandon(abandon);
    await this.#record({ state: 'begun', ...this.#resume() });
    const stored = await this.#put(file);
    await this.#record({ state: 'stored', ...(stored.digest === undefined ? {} : { digest: stored.digest }) });
    return 'stored';
  }

  /** The digest of the content, when the bucket has just that. */
  async #knownDigest(file: OpenFile): Promise<string | undefined> {
    const { store } = this.#parts;
    const { check, resume, abandon } = this.#request.transfer;
    if (check.kind === 'none') return undefined;
    const expected = check.kind === 'digest' ? check.digest : await this.#digestInBucket();
    if (expected === undefined) return undefined;
    const isSame = await this.#read(file, unpaced, async (content) => {
      if ((await store.digestOf(content, { signal: this.#signal })) !== expected) return false;
      await content.confirm({ signal: this.#signal });
      return true;
    });
    if (!isSame) return undefined;
    for (const unfinished of [resume, abandon]) if (unfinished !== undefined) await this.#abandon(unfinished);
    return expected;
  }

  async #digestInBucket(): Promise<string | undefined> {
    const stored = await this.#head();
    return stored?.sizeBytes === this.#identity.sizeBytes ? stored.digest : undefined;
  }

  /** Stores that let nobody list say of what is not there that it may not be read. */
  async #head(): Promise<StoredObject | undefined> {
    try {
      return await this.#parts.store.head(this.#request.key, { signal: this.#signal });
    } catch (error) {
      if (hasCode(error, 'STORAGE_REFUSED')) return undefined;
      throw error;
    }
  }

  async #abandon(resume: string): Promise<void> {
    await this.#parts.store.abandon(this.#request.key, resume, { signal: this.#signal });
    this.#noteProgress();
  }

  #put(file: OpenFile): Promise<StoredObject> {
    const { store, rate } = this.#parts;
    const pace = (sizeBytes: number): Promise<void> =>
      rate.take(sizeBytes, { signal: this.#signal, onTurn: this.#noteProgress });
    return this.#read(file, pace, (content) =>
      store.put(this.#request.key, content, {
        ...this.#resume(),
        onBegun: (resume) => this.#record({ state: 'begun', resume }),
        signal: this.#signal,
      }),
    );
  }

  #resume(): { readonly resume?: string } {
    const { resume } = this.#request.transfer;
    return resume === undefined ? {} : { resume };
  }

  /** Lets `use` read the file. */
  async #read<T>(file: OpenFile, pace: Pace, use: (content: ObjectContent) => Promise<T>): Promise<T> {
    const content = createFileContent({
      path: this.#request.file.path,
      file,
      identity: this.#identity,
      pace: (sizeBytes) => {
        this.#noteProgress();
        return pace(sizeBytes);
      },
      buffers: this.#parts.buffers,
    });
    try {
      return await use(content);
    } finally {
      content.dispose();
    }
  }

  async #record(state: { state: 'stored'; digest?: string } | { state: 'begun'; resume?: string }): Promise<void> {
    const { key, workload, file } = this.#request;
    const row: JournalRow = { key, workload, path: file.path, file: this.#identity, ...state };
    await journalled(this.#parts.journal.record([row], { signal: this.#signal }));
  }
}
