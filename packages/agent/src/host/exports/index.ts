/**
 * What workloads leave in `/export`, for upload. Workloads are not trusted, and this process may be root: no link of
 * theirs is ever followed by the kernel. Each name is opened in the directory before it, as a place that can be looked at
 * and not read; only a regular file within the export is then opened for reading, and it is that very file.
 */
export { createDirectoryExports } from './directory-exports.ts';
export type { DirectoryExportsOptions } from './directory-exports.ts';
export { MAX_FOLLOWED_NAMES } from './follow-names.ts';
export { MAX_WATCHED_DIRECTORIES } from './watch-exports.ts';
export { FIRST_PAUSE_MS, LONGEST_PAUSE_MS, MAX_CHANGES_PER_SECOND } from './export-watch.ts';
