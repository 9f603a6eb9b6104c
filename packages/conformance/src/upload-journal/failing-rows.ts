import { MAX_JOURNAL_BATCH } from '@k4e/core/ports';
import type { JournalRow, UploadJournal } from '@k4e/core/ports';
import { expect, test } from 'vitest';
import { BUCKET, allRows, codeOf, manyRows, storedRow } from './sample-rows.ts';
import type { CurrentJournal } from './upload-journal-subject.ts';

/** Enough rows that whatever part of the disk is damaged, some of them or the way to them is hit. */
const BATCHES = 5;
/** Makes keys long, so that rows need room. */
const PADDING = '-'.repeat(500);

/** Damage: never a wrong answer, and a new journal in the end. */
export function describeDamage(subject: CurrentJournal, damages: readonly string[]): void {
  /** Looks at every row; resolves to the rows that were found, or the code of what came upon the damage. */
  async function lookAtAll(journal: UploadJournal): Promise<readonly JournalRow[] | 'STATE_CORRUPT'> {
    const read = await allRows(journal).catch(codeFrom);
    return typeof read === 'string' ? read : read.rows;
  }

  test.each(damages)(
    '%s: rows are dropped by open, or at the latest by the one after a call that came upon it',
    async (way) => {
      const { journal } = subject();
      const rows = manyRows(BATCHES * MAX_JOURNAL_BATCH);
      await journal.open(BUCKET);
      for (let at = 0; at < rows.length; at += MAX_JOURNAL_BATCH)
        await journal.record(rows.slice(at, at + MAX_JOURNAL_BATCH));
      await journal.markListed();
      await journal.close();
      await subject().damage(way);

      const restarted = await subject().restart();
      const { isListed } = await restarted.open(BUCKET);
      if (isListed) {
        expect(await lookAtAll(restarted)).toBe('STATE_CORRUPT');
        expect(await codeOf(restarted.record([storedRow('late')]))).toBe('STATE_CORRUPT');
        expect(await codeOf(restarted.find(['k-000000']))).toBe('STATE_CORRUPT');
        expect(await codeOf(restarted.markListed())).toBe('STATE_CORRUPT');
        expect(await restarted.open(BUCKET)).toEqual({ isListed: false });
      }
      expect(await lookAtAll(restarted)).toEqual([]);
      await restarted.record([storedRow('new')]);
      await restarted.markListed();
      const again = await subject().restart();
      expect(await again.open(BUCKET)).toEqual({ isListed: true });
      expect(await lookAtAll(again)).toEqual([storedRow('new')]);
    },
  );

  test.each(damages)('%s: what is damaged can be removed', async (way) => {
    await subject().journal.open(BUCKET);
    await subject().journal.record(manyRows(MAX_JOURNAL_BATCH));
    await subject().journal.close();
    await subject().damage(way);
    await (await subject().restart()).removeAll();
    expect(await subject().leftovers()).toEqual([]);
  });
}

function codeFrom(error: unknown): 'STATE_CORRUPT' {
  if (error instanceof Error && 'code' in error && error.code === 'STATE_CORRUPT') return error.code;
  throw error;
}

/** Disks that take nothing more, and calls that are given up. */
export function describeFailing(subject: CurrentJournal): void {
  test('a record that fails rejects with STATE_UNWRITABLE and does nothing; it goes on when the disk does', async () => {
    const { journal } = subject();
    const rows = manyRows(MAX_JOURNAL_BATCH, PADDING);
    await journal.open(BUCKET);
    await journal.record([storedRow('old')]);
    const repair = await subject().failWrites();
    expect(await codeOf(journal.record([storedRow('old', { inode: 9 }), ...rows.slice(1)]))).toBe('STATE_UNWRITABLE');
    expect((await allRows(journal)).rows).toEqual([storedRow('old')]);
    await repair();
    await journal.record(rows);
    const restarted = await subject().restart();
    await restarted.open(BUCKET);
    expect((await allRows(restarted)).rows).toEqual([...rows, storedRow('old')]);
  });

  test('an open that has to begin anew rejects with STATE_UNWRITABLE, and can be tried again', async () => {
    const { journal } = subject();
    const repair = await subject().failWrites();
    expect(await codeOf(journal.open(BUCKET))).toBe('STATE_UNWRITABLE');
    expect(await codeOf(journal.record([storedRow('a')]))).toBe('INTERNAL');
    await repair();
    expect(await journal.open(BUCKET)).toEqual({ isListed: false });
    await journal.record([storedRow('a')]);
    expect((await allRows(journal)).rows).toEqual([storedRow('a')]);
  });

  test('a call whose signal has fired rejects with ABORTED and does nothing', async () => {
    const { journal } = subject();
    const options = { signal: AbortSignal.abort() };
    expect(await codeOf(journal.open(BUCKET, options))).toBe('ABORTED');
    await journal.open(BUCKET);
    await journal.record([storedRow('a')]);
    expect(await codeOf(journal.record([storedRow('b')], options))).toBe('ABORTED');
    expect(await codeOf(journal.forget(['a'], options))).toBe('ABORTED');
    expect(await codeOf(journal.find(['a'], options))).toBe('ABORTED');
    expect(await codeOf(journal.markListed(options))).toBe('ABORTED');
    expect(await codeOf(journal.removeAll(options))).toBe('ABORTED');
    expect(await codeOf(journal.rows(options)[Symbol.asyncIterator]().next())).toBe('ABORTED');
    expect((await allRows(journal)).rows).toEqual([storedRow('a')]);
    expect(await journal.open(BUCKET)).toEqual({ isListed: false });
  });
}
