/**
 * `@k4e/store-sqlite`: the `ResourceStore` of a single machine. One file, one process; the same outcomes as the
 * Kubernetes API, held to by the same contract suite.
 */
export { BOOKMARK_INTERVAL_MS, createSqliteStore } from './create-sqlite-store.ts';
export type { SqliteStore, SqliteStoreOptions } from './create-sqlite-store.ts';
export { DEFAULT_HISTORY_LIMITS } from './history/index.ts';
export type { HistoryLimits } from './history/index.ts';
export { IN_MEMORY, MAX_WAITING_WRITES, RESOURCE_MAX_BYTES } from './database/index.ts';
export { CREATE_OWNER } from './write/index.ts';
export { EVENT_RETENTION_MS } from './retention.ts';
