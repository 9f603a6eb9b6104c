import { mkdtemp, open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { UploadJournalSubject } from '@k4e/conformance';
import { describeUploadJournalContract } from '@k4e/conformance';
import { createSqliteJournal } from './sqlite-journal.ts';

const PAGE_BYTES = 4_096;
const MANY_PAGES = 1_000_000;

async function fill(file: string, from: number, to: number, byte: number): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(Buffer.alloc(to - from, byte), 0, to - from, from);
  await handle.close();
}

function change(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

const sizeOf = async (file: string): Promise<number> => (await stat(file)).size;

const DAMAGES: ReadonlyMap<string, (file: string) => Promise<void>> = new Map([
  ['cut to nothing', (file) => truncate(file, 0)],
  ['cut in its first page', (file) => truncate(file, 50)],
  ['cut in the middle', async (file) => truncate(file, Math.floor((await sizeOf(file)) / 2))],
  ['cut at its end', async (file) => truncate(file, (await sizeOf(file)) - 1)],
  ['filled with zeros', async (file) => fill(file, 0, await sizeOf(file), 0)],
  ['its first page zeros', (file) => fill(file, 0, PAGE_BYTES, 0)],
  ['zeros after its first page', async (file) => fill(file, PAGE_BYTES, await sizeOf(file), 0)],
  ['zeros in the second half', async (file) => fill(file, halfOf(await sizeOf(file)), await sizeOf(file), 0)],
  ['garbage in the second half', async (file) => fill(file, halfOf(await sizeOf(file)), await sizeOf(file), 0xa5)],
  ['text instead', (file) => writeFile(file, 'this is no database\n'.repeat(1_000))],
  ['a database of something else', (file) => rm(file).then(() => change(file, 'CREATE TABLE t (n)'))],
  ['of another format', async (file) => change(file, 'PRAGMA user_version = 2')],
  ['without its rows', async (file) => change(file, 'DROP TABLE object')],
  ['without its bucket', async (file) => change(file, 'DELETE FROM about')],
  ['gone, with a log left behind', (file) => rm(file).then(() => writeFile(`${file}-wal`, 'left behind'))],
]);

function halfOf(sizeBytes: number): number {
  return Math.floor(sizeBytes / 2 / PAGE_BYTES) * PAGE_BYTES;
}

async function createSubject(): Promise<UploadJournalSubject> {
  const directory = join(await mkdtemp(join(tmpdir(), 'k4e-journal-')), 'made', 'by it');
  const file = join(directory, 'uploads.db');
  let pageLimit: number | undefined;
  let db: DatabaseSync | undefined;
  // The page limit stands for the disk: SQLite meets both with the same error.
  const limit = (): void => {
    if (db?.isOpen === true) db.exec(`PRAGMA max_page_count = ${pageLimit ?? MANY_PAGES}`);
  };
  const openSqlite = (path: string): DatabaseSync => {
    db = new DatabaseSync(path);
    limit();
    return db;
  };
  let journal = createSqliteJournal({ file, openSqlite });
  return {
    journal,
    async restart() {
      await journal.close();
      journal = createSqliteJournal({ file, openSqlite });
      return journal;
    },
    damage: async (way) => DAMAGES.get(way)?.(file),
    async failWrites() {
      pageLimit = 1;
      limit();
      return async () => {
        pageLimit = undefined;
        limit();
      };
    },
    leftovers: () => readdir(directory),
    async dispose() {
      await journal.close();
      await rm(join(directory, '..', '..'), { recursive: true });
    },
  };
}

describeUploadJournalContract('createSqliteJournal', { createSubject, damages: [...DAMAGES.keys()] });
