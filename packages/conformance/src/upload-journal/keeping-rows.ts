import { MAX_JOURNAL_BATCH, MAX_OBJECT_KEY_BYTES } from '@k4e/core/ports';
import type { JournalRow } from '@k4e/core/ports';
import { expect, test } from 'vitest';
import { BUCKET, FILE, allRows, codeOf, manyRows, storedRow } from './sample-rows.ts';
import type { CurrentJournal } from './upload-journal-subject.ts';

const ORIGIN = { key: 'k', workload: 'web', path: 'd/f' };
const UNNAMED = { key: 'k', workload: '', path: '' };

/** `record`, `find` and `forget`. */
export function describeKeeping(subject: CurrentJournal): void {
  test.each<[string, JournalRow]>([
    ['stored, with a digest', { ...ORIGIN, state: 'stored', file: FILE, digest: 'abc-2' }],
    ['stored, without', { ...ORIGIN, state: 'stored', file: FILE }],
    ['begun, with what resumes it', { ...ORIGIN, state: 'begun', file: FILE, resume: '{"uploadId":"x"}' }],
    ['begun, without', { ...ORIGIN, state: 'begun', file: FILE }],
    ['listed, with a digest', { ...UNNAMED, state: 'listed', sizeBytes: 5, digest: 'abc' }],
    ['listed, without', { ...UNNAMED, state: 'listed', sizeBytes: 0 }],
    ['empty, and old', { ...ORIGIN, state: 'stored', file: { ...FILE, sizeBytes: 0, modifiedAtMs: -86_400_000.5 } }],
    ['huge', { ...ORIGIN, state: 'stored', file: { ...FILE, sizeBytes: Number.MAX_SAFE_INTEGER, inode: 2 ** 63 } }],
    ['with texts that are empty', { ...ORIGIN, path: '', state: 'stored', file: FILE, digest: '' }],
  ])('finds exactly what was recorded, also after a restart: %s', async (_what, row) => {
    const { journal } = subject();
    await journal.open(BUCKET);
    await journal.record([row]);
    expect(await journal.find(['k'])).toEqual(new Map([['k', row]]));
    const restarted = await subject().restart();
    await restarted.open(BUCKET);
    expect(await restarted.find(['k'])).toEqual(new Map([['k', row]]));
  });

  test.each([
    ['a letter', 'a'],
    ['the other case of it', 'A'],
    ['a wildcard', '%'],
    ['a statement', "'; DROP TABLE object; --"],
    ['a quote', '"'],
    ['lines', 'line\nend'],
    ['NUL', 'nul\0nul'],
    ['a space', ' '],
    ['composed', 'ä'],
    ['decomposed', 'a\u0308'],
    ['beyond two bytes', '😀'],
    ['the replacement character', '\ufffd'],
    ['the longest', 'x'.repeat(MAX_OBJECT_KEY_BYTES)],
  ])('any key is a key of its own: %s', async (_what, key) => {
    const { journal } = subject();
    await journal.open(BUCKET);
    await journal.record([storedRow(key), storedRow(`${key} `), storedRow('other')]);
    expect([...(await journal.find([key])).entries()]).toEqual([[key, storedRow(key)]]);
    await journal.forget([key]);
    expect((await journal.find([key, `${key} `])).size).toBe(1);
    expect((await allRows(journal)).rows).toHaveLength(2);
  });

  test('a row takes the place of the one with its key, whatever its state', async () => {
    const { journal } = subject();
    await journal.open(BUCKET);
    const states: readonly JournalRow[] = [
      { ...UNNAMED, state: 'listed', sizeBytes: 5, digest: 'abc' },
      { ...ORIGIN, state: 'begun', file: FILE, resume: 'r' },
      { ...ORIGIN, state: 'stored', file: FILE, digest: 'abc' },
      { ...ORIGIN, state: 'begun', file: FILE },
      { ...UNNAMED, state: 'listed', sizeBytes: 6 },
    ];
    for (const row of states) {
      await journal.record([row]);
      expect((await allRows(journal)).rows).toEqual([row]);
    }
    await journal.record([storedRow('k', { inode: 1 }), storedRow('k', { inode: 2 })]);
    expect((await journal.find(['k'])).get('k')).toEqual(storedRow('k', { inode: 2 }));
  });

  test('finds what is there and leaves out the rest', async () => {
    const { journal } = subject();
    await journal.open(BUCKET);
    await journal.record([storedRow('a'), storedRow('b')]);
    expect([...(await journal.find(['missing', 'b', 'b', 'a'])).keys()].sort()).toEqual(['a', 'b']);
    expect(await journal.find([])).toEqual(new Map());
  });

  test('rows that are forgotten are gone, those not there too', async () => {
    const { journal } = subject();
    await journal.open(BUCKET);
    await journal.record([storedRow('a'), storedRow('b')]);
    await journal.forget(['a', 'missing']);
    await journal.forget([]);
    await journal.record([]);
    const restarted = await subject().restart();
    await restarted.open(BUCKET);
    expect((await allRows(restarted)).rows).toEqual([storedRow('b')]);
  });

  test('takes as many rows and keys as its limit at once, and no more', async () => {
    const { journal } = subject();
    await journal.open(BUCKET);
    const rows = manyRows(MAX_JOURNAL_BATCH + 1);
    const keys = rows.map(({ key }) => key);
    await journal.record(rows.slice(0, -1));
    expect((await journal.find(keys.slice(0, -1))).size).toBe(MAX_JOURNAL_BATCH);
    expect(await codeOf(journal.record(rows))).toBe('TOO_LARGE');
    expect(await codeOf(journal.find(keys))).toBe('TOO_LARGE');
    expect(await codeOf(journal.forget(keys))).toBe('TOO_LARGE');
    expect((await allRows(journal)).rows).toEqual(rows.slice(0, -1));
    await journal.forget(keys.slice(0, -1));
    expect((await allRows(journal)).rows).toEqual([]);
  });

  test('calls take effect in the order in which they are made', async () => {
    const { journal } = subject();
    const seen: Promise<number | undefined>[] = [];
    const inodeNow = async (): Promise<number | undefined> => {
      const row = (await journal.find(['k'])).get('k');
      return row?.state === 'stored' ? row.file.inode : undefined;
    };
    const calls: Promise<unknown>[] = [journal.open(BUCKET)];
    for (let inode = 1; inode <= 5; inode++) {
      calls.push(journal.record([storedRow('k', { inode })]));
      seen.push(inodeNow());
      if (inode === 3) calls.push(journal.forget(['k']));
      if (inode === 3) seen.push(inodeNow());
    }
    await Promise.all(calls);
    expect(await Promise.all(seen)).toEqual([1, 2, 3, undefined, 4, 5]);
  });

  test('a list that is changed after the call changes nothing', async () => {
    const { journal } = subject();
    await journal.open(BUCKET);
    const rows = [storedRow('a')];
    const recorded = journal.record(rows);
    rows[0] = storedRow('b');
    await recorded;
    expect((await allRows(journal)).rows).toEqual([storedRow('a')]);
  });
}

/** `rows`. */
export function describeReading(subject: CurrentJournal): void {
  test('gives all rows in the order of their keys, in batches', async () => {
    const { journal } = subject();
    await journal.open(BUCKET);
    const rows = manyRows(2 * MAX_JOURNAL_BATCH + 1);
    const shuffled = [...rows].sort((a, b) => (a.key.at(-1) ?? '').localeCompare(b.key.at(-1) ?? ''));
    for (let at = 0; at < rows.length; at += MAX_JOURNAL_BATCH)
      await journal.record(shuffled.slice(at, at + MAX_JOURNAL_BATCH));
    const read = await allRows(journal);
    expect(read.rows).toEqual(rows);
    expect(Math.max(...read.sizes)).toBeLessThanOrEqual(MAX_JOURNAL_BATCH);
    expect(Math.min(...read.sizes)).toBeGreaterThan(0);
  });

  test('the order is that of the bytes of UTF-8, as a bucket lists', async () => {
    const { journal } = subject();
    await journal.open(BUCKET);
    const keys = ['A', 'Z', 'a', 'a/b', 'a0', 'aa', 'z', 'ä', '\uff5e', '😀'];
    await journal.record(keys.toReversed().map((key) => storedRow(key)));
    expect((await allRows(journal)).rows.map(({ key }) => key)).toEqual(keys);
  });

  test('goes on when rows come and go meanwhile: the others come once', async () => {
    const { journal } = subject();
    await journal.open(BUCKET);
    const rows = manyRows(MAX_JOURNAL_BATCH + 10);
    await journal.record(rows.slice(0, MAX_JOURNAL_BATCH));
    await journal.record(rows.slice(MAX_JOURNAL_BATCH));
    const seen: string[] = [];
    for await (const batch of journal.rows()) {
      seen.push(...batch.map(({ key }) => key));
      await journal.forget(['k-000000', 'k-001009', batch.at(-1)?.key ?? '']);
      await journal.record([storedRow('a-before'), storedRow('k-000500', { inode: 9 })]);
    }
    expect(seen).toEqual(rows.map(({ key }) => key).filter((key) => key !== 'k-001009'));
  });
}
