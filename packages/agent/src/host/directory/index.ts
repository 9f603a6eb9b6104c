/** Following a directory whose content others change. */
export { LOOK_INTERVAL_MS, SETTLE_MS, watchDirectory } from './watch-directory.ts';
export type { WatchDirectoryParts } from './watch-directory.ts';
