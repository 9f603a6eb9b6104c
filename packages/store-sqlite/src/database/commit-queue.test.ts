import { DatabaseSync } from 'node:sqlite';
import { K4eError, errorCode } from '@k4e/core';
import { expect, test } from 'vitest';
import { MAX_WRITES_PER_COMMIT, createCommitQueue } from './commit-queue.ts';

function make() {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE t (n INTEGER CHECK (n < 1000))');
  const seen: string[] = [];
  const queue = createCommitQueue({
    db,
    file: 'test.db',
    beforeCommit: () => seen.push('before'),
    afterCommit: () => seen.push('committed'),
    afterRollback: () => seen.push('rolled back'),
  });
  const insert = (n: number) =>
    queue.submit({ plan: () => n, persist: (value) => void db.prepare('INSERT INTO t VALUES (?)').run(value) });
  const rows = (): number[] =>
    db
      .prepare('SELECT n FROM t ORDER BY rowid')
      .all()
      .map(({ n }) => Number(n));
  return { db, queue, insert, rows, seen };
}

const codeOf = (call: Promise<unknown>): Promise<unknown> => call.then(() => undefined, errorCode);

test('writes of the same moment share a commit, in the order they were made', async () => {
  const { insert, rows, seen } = make();
  expect(await Promise.all([insert(1), insert(2), insert(3)])).toEqual([1, 2, 3]);
  expect(rows()).toEqual([1, 2, 3]);
  expect(seen).toEqual(['before', 'committed']);
});

test('a plan that throws fails alone, and a plan sees the writes before it', async () => {
  const { queue, insert, rows, db } = make();
  const refused = queue.submit({
    plan: () => {
      throw new K4eError('CONFLICT');
    },
    persist: () => undefined,
  });
  const count = queue.submit({
    plan: () => db.prepare('SELECT count(*) AS c FROM t').get()?.c,
    persist: () => undefined,
  });
  const [code] = await Promise.all([codeOf(refused), insert(1)]);
  expect(code).toBe('CONFLICT');
  expect(await count).toBe(0);
  expect(rows()).toEqual([1]);
});

test('a write that the database refuses takes its whole commit back, and everybody in it hears of it', async () => {
  const { insert, rows, seen } = make();
  expect(await Promise.all([codeOf(insert(1)), codeOf(insert(1_000)), codeOf(insert(2))])).toEqual([
    'INTERNAL',
    'INTERNAL',
    'INTERNAL',
  ]);
  expect(rows()).toEqual([]);
  expect(seen).toEqual(['rolled back']);
  await insert(3);
  expect(rows()).toEqual([3]);
});

test('a disk that is full refuses the commit, keeps what was there, and takes writes again when there is room', async () => {
  const { queue, db, rows, insert } = make();
  await insert(1);
  db.exec('CREATE TABLE large (b BLOB)');
  // The page limit stands for the disk: SQLite meets both with the same error.
  db.exec('PRAGMA max_page_count = 8');
  const large = () =>
    queue.submit({
      plan: () => 100_000,
      persist: (bytes) => void db.prepare('INSERT INTO large VALUES (zeroblob(?))').run(bytes),
    });
  const refused: unknown = await large().catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'STORE_UNAVAILABLE', message: 'test.db: no space is left' });
  await insert(2);
  expect(rows()).toEqual([1, 2]);
  db.exec('PRAGMA max_page_count = 1000');
  expect(await large()).toBe(100_000);
});

test('a commit holds a bounded number of writes', async () => {
  const { insert, rows, seen } = make();
  await Promise.all(Array.from({ length: MAX_WRITES_PER_COMMIT + 1 }, (_, index) => insert(index)));
  expect(rows()).toHaveLength(MAX_WRITES_PER_COMMIT + 1);
  expect(seen).toEqual(['before', 'committed', 'before', 'committed']);
});

test('closing commits what waits', async () => {
  const { queue, insert, rows } = make();
  const write = insert(1);
  queue.close();
  expect(rows()).toEqual([1]);
  await write;
  expect(await codeOf(insert(2))).toBe('STORE_UNAVAILABLE');
});
