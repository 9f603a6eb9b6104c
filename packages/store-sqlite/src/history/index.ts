/**
 * Watches: each change is kept for a while under its version, and a watch is a place in that history. Nothing is
 * buffered per watch, so nothing can overflow; what is dropped from the history ends the watches that still need it.
 */
export { DEFAULT_HISTORY_LIMITS, createHistoryTable } from './history-table.ts';
export type { HistoryLimits, HistoryTable } from './history-table.ts';
export { createCommitBell } from './commit-bell.ts';
export type { CommitBell } from './commit-bell.ts';
export { WATCH_PAGE_CHANGES, watchHistory } from './watch.ts';
export type { WatchRequest, WatchSource } from './watch.ts';
