import { K4eError } from '@k4e/core';
import type { Clock, WatchEvent } from '@k4e/core/ports';
import type { Resource } from '@k4e/core/resources';
import { parseLabelSelector } from '../admission/index.ts';
import type { CommitBell } from './commit-bell.ts';
import type { HistoryScope, HistoryTable } from './history-table.ts';
import { toWatchEvent } from './to-watch-event.ts';

/** Changes that a watch holds in memory at a time; the others wait in the history. */
export const WATCH_PAGE_CHANGES = 64;

/** What a watch reads from. */
export interface WatchSource {
  readonly history: HistoryTable;
  readonly bell: CommitBell;
  readonly clock: Clock;
  /** Milliseconds of quiet after which a watch is told how far it has come. */
  readonly bookmarkIntervalMs: number;
}

/** What a watch looks at, and from where. */
export interface WatchRequest extends HistoryScope {
  readonly labelSelector: string | undefined;
  readonly resourceVersion: string;
  readonly signal: AbortSignal;
}

function parseVersion(resourceVersion: string): number {
  if (/^\d{1,15}$/.test(resourceVersion)) return Number(resourceVersion);
  throw new K4eError('INVALID_INPUT', {
    subject: resourceVersion,
    message: 'not a version of this store',
    retry: 'never',
  });
}

function checkVersion(history: HistoryTable, version: number): void {
  if (version >= history.compacted() && version <= history.version()) return;
  throw new K4eError('VERSION_EXPIRED', { message: `version ${version} is not in the history; list again` });
}

/** When a watch was last told something, and when it should hear how far it has come. */
function createBookmarkPace({ clock, bookmarkIntervalMs }: WatchSource, version: number) {
  let told = version;
  let dueMs = clock.monotonicMs() + bookmarkIntervalMs;
  return {
    tell(toldVersion: number): void {
      told = toldVersion;
      dueMs = clock.monotonicMs() + bookmarkIntervalMs;
    },
    isDue: (seen: number): boolean => seen > told && clock.monotonicMs() >= dueMs,
    waitMs: (): number => (clock.monotonicMs() < dueMs ? dueMs - clock.monotonicMs() : bookmarkIntervalMs),
  };
}

/**
 * Changes after a version. The watch keeps its place as a version only, and reads the history page by page: one that is
 * too slow holds no memory, and ends with `VERSION_EXPIRED` when the history has moved on. Ends when `signal` fires or the store closes.
 */
export async function* watchHistory<T extends Resource>(
  source: WatchSource,
  request: WatchRequest,
): AsyncGenerator<WatchEvent<T>> {
  const { history, bell } = source;
  const { signal } = request;
  const matches = parseLabelSelector(request.labelSelector);
  let seen = parseVersion(request.resourceVersion);
  const pace = createBookmarkPace(source, seen);
  const isOver = (): boolean => signal.aborted || bell.isClosed();
  while (!isOver()) {
    checkVersion(history, seen);
    const page = history.after(request, seen, WATCH_PAGE_CHANGES);
    const readUpTo = page.length < WATCH_PAGE_CHANGES ? history.version() : (page.at(-1)?.version ?? seen);
    for (const entry of page) {
      const event = toWatchEvent<T>(entry, matches);
      if (event === undefined) continue;
      pace.tell(entry.version);
      yield event;
      if (isOver()) return;
    }
    seen = readUpTo;
    if (pace.isDue(seen)) {
      pace.tell(seen);
      yield { type: 'bookmark', resourceVersion: String(seen) };
    } else if (seen === history.version()) {
      await bell.wait(source.clock, pace.waitMs(), signal);
    }
  }
}
