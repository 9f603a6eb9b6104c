import { createTimeSlice } from '@k4e/core/reconcile';
import type { Clock } from '@k4e/core/ports';
import type { WatchedTree, WatchedTreeOptions } from './watched-tree.ts';

/** Changes that are listened to within a second; a workload that makes more is looked at again after a pause. */
export const MAX_CHANGES_PER_SECOND = 200;
/** First pause of a busy workload, and of one whose export is not there yet, in milliseconds. It doubles. */
export const FIRST_PAUSE_MS = 1_000;
/** Longest pause, in milliseconds. */
export const LONGEST_PAUSE_MS = 15_000;

const SECOND_MS = 1_000;

/** Which export is watched. */
export interface ExportWatchOptions {
  /** The export, as a path of the host. */
  readonly path: string;
  readonly maxDirectories: number;
  readonly clock: Clock;
  /** As `openWatchedTree`. */
  readonly openTree: (options: WatchedTreeOptions) => WatchedTree | undefined;
  readonly onChange: () => void;
}

/**
 * Calls `onChange` when something changed in an export, also in one that is not there yet. What it costs is bounded: a
 * workload that changes files all the time is told of after pauses only. Returns what ends it.
 */
export function watchExport({ path, maxDirectories, clock, openTree, onChange }: ExportWatchOptions): () => void {
  const isBusy = createRateLimit(clock);
  let tree: WatchedTree | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  let isAbsent = false;
  let beganAtMs = 0;
  let cancel = (): void => undefined;
  const begin = (): void => {
    beganAtMs = clock.monotonicMs();
    const giveWay = createTimeSlice(clock);
    const wasAbsent = isAbsent;
    tree = openTree({ path, maxDirectories, giveWay, onChange: onEvent, onGone });
    isAbsent = tree === undefined;
    if (isAbsent) pause();
    else if (wasAbsent) pauseMs = FIRST_PAUSE_MS;
  };
  const onGone = (): void => {
    isAbsent = true;
    pause();
  };
  const pause = (): void => {
    cancel();
    tree?.close();
    tree = undefined;
    if (clock.monotonicMs() - beganAtMs > LONGEST_PAUSE_MS) pauseMs = FIRST_PAUSE_MS;
    cancel = clock.schedule(pauseMs, resume);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  };
  const resume = (): void => {
    begin();
    if (tree !== undefined) onChange();
  };
  const onEvent = (): void => {
    onChange();
    if (isBusy()) pause();
  };
  begin();
  return () => {
    cancel();
    tree?.close();
  };
}

/** Tells at each call whether there were more than `MAX_CHANGES_PER_SECOND` within this second. */
function createRateLimit(clock: Clock): () => boolean {
  let secondBeganAtMs = clock.monotonicMs();
  let count = 0;
  return () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - secondBeganAtMs >= SECOND_MS) {
      secondBeganAtMs = nowMs;
      count = 0;
    }
    return ++count > MAX_CHANGES_PER_SECOND;
  };
}
