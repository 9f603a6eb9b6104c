import { SETTLE_MS } from './settled-files.ts';

/** After a change a look waits for that long without another: before that its file would not be taken. */
export const CHANGE_QUIET_MS = SETTLE_MS + 100;
/** However many changes follow, a look waits no longer than that after the first, in milliseconds. */
export const CHANGE_MAX_DELAY_MS = 5_000;
/** Shortest time between two looks at a workload, in milliseconds. */
export const MIN_LOOK_GAP_MS = 100;
/** A look rests for so many times as long as it worked: files that are many or slow to find cost a tenth of the time. */
export const REST_FACTOR = 9;

/** What the time of the next look depends on. All times monotonic milliseconds. */
export interface LookTiming {
  readonly intervalMs: number;
  /** The last look; absent before the first. `workedMs` is without the time that it waited for transfers. */
  readonly last: { readonly startedAtMs: number; readonly endedAtMs: number; readonly workedMs: number } | undefined;
  /** Changes that were heard of since it began. */
  readonly changes: { readonly firstAtMs: number; readonly lastAtMs: number } | undefined;
  /** When files that failed are tried again, where there are any. */
  readonly retryAtMs: number | undefined;
  /** Whether something else than a file has changed that a look was waiting for. */
  readonly isUrgent: boolean;
  /** Not before that. */
  readonly notBeforeMs: number;
}

/** When the next look at the files of a workload is due. The first at once. Pure. */
export function nextLookAtMs({ intervalMs, last, changes, retryAtMs, isUrgent, notBeforeMs }: LookTiming): number {
  if (last === undefined) return notBeforeMs;
  const wantedAtMs = Math.min(
    last.startedAtMs + intervalMs,
    retryAtMs ?? Infinity,
    changes === undefined
      ? Infinity
      : Math.min(changes.lastAtMs + CHANGE_QUIET_MS, changes.firstAtMs + CHANGE_MAX_DELAY_MS),
    isUrgent ? 0 : Infinity,
  );
  const restMs = isUrgent ? MIN_LOOK_GAP_MS : Math.max(MIN_LOOK_GAP_MS, last.workedMs * REST_FACTOR);
  return Math.max(wantedAtMs, last.endedAtMs + restMs, notBeforeMs);
}
