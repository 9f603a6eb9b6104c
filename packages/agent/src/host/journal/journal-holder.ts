import { K4eError } from '@k4e/core';
import { beginJournal, openJournal } from './journal-database.ts';
import type { OpenSqlite } from './journal-database.ts';
import { damaged, isDamage, toJournalError } from './journal-errors.ts';
import type { DiskUse } from './journal-errors.ts';
import { removeJournalFile } from './journal-file.ts';
import type { JournalStatements } from './journal-statements.ts';

/** Holds a journal open between calls, and knows when it is not to be used any more. */
export interface JournalHolder {
  /** Opens the journal about `bucket`, or begins it anew; resolves to whether the bucket was listed. */
  open(bucket: string): Promise<{ readonly isListed: boolean }>;
  /** Runs `work` on the open journal. Throws errors of ours only. */
  use<T>(diskUse: DiskUse, work: (journal: JournalStatements) => T): T;
  remove(): void;
  /** Never throws. */
  close(): void;
}

type State =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly journal: JournalStatements }
  | { readonly kind: 'damaged' };

/** Creates a holder of the journal at `file`, closed. */
export function createJournalHolder(file: string, loadSqlite: () => Promise<OpenSqlite>): JournalHolder {
  let state: State = { kind: 'closed' };
  const close = (next: State = { kind: 'closed' }): void => {
    const last = state;
    state = next;
    if (last.kind === 'open') closeQuietly(last.journal);
  };
  const guard = <T>(diskUse: DiskUse, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (isDamage(error)) close({ kind: 'damaged' });
      throw toJournalError(error, file, diskUse);
    }
  };
  const openAbout = (openSqlite: OpenSqlite, bucket: string): JournalStatements => {
    const found = state.kind === 'damaged' ? undefined : guard('read', () => openSound(openSqlite, file));
    if (found?.bucket === bucket) return found;
    if (found !== undefined) closeQuietly(found);
    return guard('write', () => beginJournal(openSqlite, file, bucket));
  };
  return {
    async open(bucket) {
      const openSqlite = await loadSqlite();
      if (state.kind === 'open' && state.journal.bucket !== bucket) close();
      if (state.kind !== 'open') {
        state = { kind: 'open', journal: openAbout(openSqlite, bucket) };
      }
      const { journal } = state;
      return guard('read', () => ({ isListed: journal.isListed() }));
    },
    use(diskUse, work) {
      if (state.kind === 'closed')
        throw new K4eError('INTERNAL', { subject: file, message: 'the journal is not open' });
      if (state.kind === 'damaged') throw damaged(file, 'is damaged; it is begun anew when it is opened');
      const { journal } = state;
      return guard(diskUse, () => work(journal));
    },
    remove() {
      close();
      guard('write', () => removeJournalFile(file));
    },
    close,
  };
}

/** `undefined` for a journal that is not there, or damaged: all it held can be had from the bucket. */
function openSound(openSqlite: OpenSqlite, file: string): JournalStatements | undefined {
  try {
    return openJournal(openSqlite, file);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

function closeQuietly(journal: JournalStatements): void {
  try {
    journal.close();
  } catch {
    // What was committed is in the file or its log; there is nothing left to lose.
  }
}
