import { sleep } from '../../foundation/index.ts';
import type { BucketGate } from './bucket-gate.ts';
import type { BucketSession } from './bucket-session.ts';
import type { Bucket } from './bucket.ts';
import { failureScope } from './failure-scope.ts';
import { pruneJournal } from './prune-journal.ts';
import type { PruneParts } from './prune-journal.ts';

/** How often it is considered to prune the journal, in milliseconds: every 10 minutes. */
export const PRUNE_CHECK_MS = 600_000;
/** Longest time between two prunings, in milliseconds: 6 hours. */
export const PRUNE_INTERVAL_MS = 21_600_000;
/** That many uploads are reason enough for one before. */
export const PRUNE_AFTER_UPLOADS = 20_000;

/** What the schedule works with. */
export interface PruneScheduleParts extends Omit<PruneParts, 'store'> {
  readonly bucket: Pick<Bucket, 'sessionFor' | 'noteJournalFailure'>;
  readonly gate: Pick<BucketGate, 'enter'>;
  /** Files that were uploaded so far. */
  readonly uploadCount: () => number;
  /** Whether every file has been compared with what is known: before that, nothing that is known is needless. */
  readonly isCaughtUp: () => boolean;
}

/** Prunes the journal now and then, until `signal` fires. Never rejects. */
export async function runPruneSchedule(parts: PruneScheduleParts, signal: AbortSignal): Promise<void> {
  const { clock, bucket, uploadCount, isCaughtUp } = parts;
  let [prunedAtMs, prunedAtCount] = [clock.monotonicMs(), uploadCount()];
  for (;;) {
    await sleep(clock, PRUNE_CHECK_MS, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const isDue =
      clock.monotonicMs() - prunedAtMs >= PRUNE_INTERVAL_MS || uploadCount() - prunedAtCount >= PRUNE_AFTER_UPLOADS;
    const session = bucket.sessionFor({ isLeaving: false });
    if (!isDue || session === undefined || !isCaughtUp()) continue;
    [prunedAtMs, prunedAtCount] = [clock.monotonicMs(), uploadCount()];
    await pruneWith(session, parts, signal);
  }
}

async function pruneWith(session: BucketSession, parts: PruneScheduleParts, signal: AbortSignal): Promise<void> {
  const leave = session.use();
  const passage = parts.gate.enter();
  const either = AbortSignal.any([signal, session.signal]);
  try {
    await pruneJournal({ ...parts, store: session.store }, { signal: either });
  } catch (error) {
    if (failureScope(error) === 'journal') parts.bucket.noteJournalFailure(error, passage);
  } finally {
    leave();
  }
}
