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
  let [seen, told] = [parseVersion(request.resourceVersion), parseVersion(request.resourceVersion)];
  const isOver = (): boolean => signal.aborted || bell.isClosed();
  while (!isOver()) {
    checkVersion(history, seen);
    const page = history.after(request, seen, WATCH_PAGE_CHANGES);
    const readUpTo = page.length < WATCH_PAGE_CHANGES ? history.version() : (page.at(-1)?.version ?? seen);
    for (const entry of page) {
      const event = toWatchEvent<T>(entry, matches);
      if (event === undefined) continue;
      told = entry.version;
      yield event;
      if (isOver()) return;
    }
    seen = readUpTo;
    if (page.length === WATCH_PAGE_CHANGES || seen !== history.version()) continue;
    const woken = await bell.wait(source.clock, source.bookmarkIntervalMs, signal);
    if (woken === 'quiet' && seen > told) {
      told = seen;
      yield { type: 'bookmark', resourceVersion: String(seen) };
    }
  }
}
