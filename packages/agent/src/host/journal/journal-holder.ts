import { K4eError } from '@k4e/core';
import { beginJournal, openJournal } from './journal-database.ts';
import type { OpenSqlite } from './journal-database.ts';
import { damaged, isDamage, toJournalError } from './journal-errors.ts';
import type { DiskUse } from './journal-errors.ts';
import { removeJournalFile } from './journal-file.ts';
import type { JournalStatements } from './journal-statements.ts';
import { createTurnWrites } from './turn-writes.ts';

type State =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly journal: JournalStatements }
  | { readonly kind: 'damaged' };

const CLOSED: State = { kind: 'closed' };

/** Holds the journal at a path open between calls, and knows when it is not to be used any more. Closed at first. */
export class JournalHolder {
  readonly #file: string;
  readonly #loadSqlite: () => Promise<OpenSqlite>;
  readonly #writes = createTurnWrites((error) => this.#failed(error, 'write'));
  #state: State = CLOSED;

  constructor(file: string, loadSqlite: () => Promise<OpenSqlite>) {
    this.#file = file;
    this.#loadSqlite = loadSqlite;
  }

  /** Opens the journal about `bucket`, or begins it anew; resolves to whether the bucket was listed. */
  async open(bucket: string): Promise<{ readonly isListed: boolean }> {
    const openSqlite = await this.#loadSqlite();
    if (this.#state.kind === 'open' && this.#state.journal.bucket !== bucket) this.close();
    if (this.#state.kind !== 'open') this.#state = { kind: 'open', journal: this.#openAbout(openSqlite, bucket) };
    const { journal } = this.#state;
    return this.#guard('read', () => ({ isListed: journal.isListed() }));
  }

  /** Reads from the open journal. Throws errors of ours only. */
  read<T>(work: (journal: JournalStatements) => T): T {
    const journal = this.#opened();
    return this.#guard('read', () => work(journal));
  }

  /**
   * Writes to the open journal, at once for whoever reads. `committed` settles when the death of the process cannot lose it
   * any more, or with an error of ours. Throws errors of ours only.
   */
  write(work: (journal: JournalStatements) => void): { readonly committed: Promise<void> } {
    const journal = this.#opened();
    return { committed: this.#writes.run(journal, () => work(journal)) };
  }

  remove(): void {
    this.close();
    this.#guard('write', () => removeJournalFile(this.#file));
  }

  /** Never throws. */
  close(): void {
    this.#writes.commit();
    this.#letGo(CLOSED);
  }

  #opened(): JournalStatements {
    const state = this.#state;
    if (state.kind === 'open') return state.journal;
    if (state.kind === 'damaged') throw damaged(this.#file, 'is damaged; it is begun anew when it is opened');
    throw new K4eError('INTERNAL', { subject: this.#file, message: 'the journal is not open' });
  }

  #openAbout(openSqlite: OpenSqlite, bucket: string): JournalStatements {
    const isDamaged = this.#state.kind === 'damaged';
    const found = isDamaged ? undefined : this.#guard('read', () => openSound(openSqlite, this.#file));
    if (found?.bucket === bucket) return found;
    if (found !== undefined) closeQuietly(found);
    return this.#guard('write', () => beginJournal(openSqlite, this.#file, bucket));
  }

  #guard<T>(diskUse: DiskUse, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#failed(error, diskUse);
    }
  }

  #failed(error: unknown, diskUse: DiskUse): unknown {
    const told = toJournalError(error, this.#file, diskUse);
    if (isDamage(error)) {
      this.#letGo({ kind: 'damaged' });
      this.#writes.abandon(told);
    }
    return told;
  }

  #letGo(next: State): void {
    const last = this.#state;
    this.#state = next;
    if (last.kind === 'open') closeQuietly(last.journal);
  }
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
