import { expect, test } from 'vitest';
import { BUCKET, allRows, codeOf, storedRow } from './sample-rows.ts';
import type { CurrentJournal } from './upload-journal-subject.ts';

/** `open`, `markListed`, `close` and `removeAll`. */
export function describeOpening(subject: CurrentJournal): void {
  test('a new journal is empty, and its bucket was not listed', async () => {
    const { journal } = subject();
    expect(await journal.open(BUCKET)).toEqual({ isListed: false });
    expect((await allRows(journal)).rows).toEqual([]);
  });

  test('rows stay when it is opened again, with or without a restart', async () => {
    const { journal } = subject();
    await journal.open(BUCKET);
    await journal.record([storedRow('a')]);
    expect(await journal.open(BUCKET)).toEqual({ isListed: false });
    expect((await allRows(journal)).rows).toEqual([storedRow('a')]);
    await journal.close();
    await journal.open(BUCKET);
    expect((await allRows(journal)).rows).toEqual([storedRow('a')]);
    const restarted = await subject().restart();
    await restarted.open(BUCKET);
    expect((await allRows(restarted)).rows).toEqual([storedRow('a')]);
  });

  test('it says that the bucket was listed from the moment it was told so', async () => {
    const { journal } = subject();
    await journal.open(BUCKET);
    await journal.markListed();
    await journal.markListed();
    expect(await journal.open(BUCKET)).toEqual({ isListed: true });
    expect(await (await subject().restart()).open(BUCKET)).toEqual({ isListed: true });
  });

  test.each(['in one run', 'with a restart'])(
    'another bucket drops the rows, and the first one is new then, %s',
    async (how) => {
      let { journal } = subject();
      const next = async (): Promise<void> => {
        if (how === 'with a restart') journal = await subject().restart();
      };
      await journal.open(BUCKET);
      await journal.record([storedRow('a')]);
      await journal.markListed();
      await next();
      expect(await journal.open('other')).toEqual({ isListed: false });
      expect((await allRows(journal)).rows).toEqual([]);
      await journal.record([storedRow('b')]);
      await next();
      expect(await journal.open(BUCKET)).toEqual({ isListed: false });
      expect((await allRows(journal)).rows).toEqual([]);
    },
  );

  test('nothing works without open, and all of it after', async () => {
    const { journal } = subject();
    const calls = async (): Promise<unknown[]> => [
      await codeOf(journal.record([storedRow('a')])),
      await codeOf(journal.find(['a'])),
      await codeOf(journal.forget(['a'])),
      await codeOf(journal.markListed()),
      await codeOf(allRows(journal)),
    ];
    const refused = ['INTERNAL', 'INTERNAL', 'INTERNAL', 'INTERNAL', 'INTERNAL'];
    expect(await calls()).toEqual(refused);
    await journal.open(BUCKET);
    expect(await calls()).toEqual([undefined, undefined, undefined, undefined, undefined]);
    await journal.close();
    await journal.close();
    expect(await calls()).toEqual(refused);
    await journal.open(BUCKET);
    await journal.removeAll();
    expect(await calls()).toEqual(refused);
    expect(await journal.open(BUCKET)).toEqual({ isListed: false });
    expect(await calls()).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  test('removeAll leaves nothing, also of a journal that is not open, or was never there', async () => {
    const { journal } = subject();
    await journal.removeAll();
    await journal.open(BUCKET);
    await journal.record([storedRow('a')]);
    await journal.markListed();
    await journal.removeAll();
    expect(await subject().leftovers()).toEqual([]);
    await journal.open(BUCKET);
    await journal.record([storedRow('a')]);
    await journal.close();
    const restarted = await subject().restart();
    await restarted.removeAll();
    expect(await subject().leftovers()).toEqual([]);
    expect(await restarted.open(BUCKET)).toEqual({ isListed: false });
    expect((await allRows(restarted)).rows).toEqual([]);
  });
}
