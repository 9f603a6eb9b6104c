/**
 * What the device knows of its bucket, in one SQLite file: the `UploadJournal` port. It may be lost at any time, since the
 * bucket can be listed again; so a file that is damaged, cut or of another format is begun anew instead of being repaired.
 */
export { createSqliteJournal } from './sqlite-journal.ts';
export type { SqliteJournalOptions } from './sqlite-journal.ts';
