import type { Clock, ExportFiles, UploadJournal } from '../../ports/index.ts';
import type { Announce } from '../activity/index.ts';
import type { BucketGate } from './bucket-gate.ts';
import type { Bucket } from './bucket.ts';
import type { ByteRate } from './byte-rate.ts';
import type { Permits } from './permits.ts';
import type { FileOrigin } from './plan-upload.ts';
import type { ReadBuffers } from './read-buffers.ts';
import type { SteadyClock } from './settled-files.ts';
import type { TransferSlots } from './transfer-slots.ts';
import type { UploadCounters } from './upload-counters.ts';

/** What the uploads of all workloads share. `random` gives numbers in [0, 1). */
export interface LaneParts {
  readonly exports: ExportFiles;
  readonly journal: UploadJournal;
  readonly bucket: Bucket;
  readonly gate: BucketGate;
  readonly slots: TransferSlots;
  readonly rate: ByteRate;
  readonly buffers: ReadBuffers;
  /** For batches of files that are in memory. */
  readonly batches: Permits;
  /** Keys of objects that are being brought to the bucket. */
  readonly claims: Set<string>;
  readonly clock: Clock;
  readonly steady: SteadyClock;
  readonly random: () => number;
  readonly announce: Announce;
  readonly counters: UploadCounters;
  /** Whether the object `key` belongs to `owner` rather than to a file of the path number `index` of the workload. */
  readonly isLost: (claim: ContestedObject, signal: AbortSignal) => Promise<boolean>;
  /** Whether the pod of a workload is known to be gone. */
  readonly isPodGone: (workload: string) => boolean;
  /** The report of that workload is no longer what it was, or it has nothing left to do. */
  readonly onChange: (workload: string) => void;
}

/** An object that is known to come from `owner`, and that a file of another path would go to. */
export interface ContestedObject {
  readonly key: string;
  readonly owner: FileOrigin;
  readonly workload: string;
  readonly index: number;
}
