/** The SQLite file: opened for one process, checked before use, with the tables and what is read from their rows. */
export { IN_MEMORY, openDatabase } from './open-database.ts';
export { translateSqliteError } from './sqlite-errors.ts';
export { createResourceTable } from './resource-table.ts';
export type { ResourceTable, TableScope } from './resource-table.ts';
export { RESOURCE_MAX_BYTES, kindKey, readBody, writeBody } from './resource-body.ts';
export { integerOf, textOf } from './row.ts';
export { MAX_WAITING_WRITES, MAX_WRITES_PER_COMMIT, createCommitQueue } from './commit-queue.ts';
export type { CommitQueue } from './commit-queue.ts';
