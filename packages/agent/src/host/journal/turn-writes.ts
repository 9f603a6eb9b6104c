import type { JournalStatements } from './journal-statements.ts';

/**
 * Writes of one turn of the event loop, in one transaction: a transaction for each costs several times as much, and many
 * files come to the bucket at the same time.
 */
export interface TurnWrites {
  /**
   * Runs `work` now; reads see what it wrote. Resolves when it is committed. When anything of the turn fails nothing of it
   * was done, and all of it rejects, with what `toError` makes of it.
   */
  run(journal: JournalStatements, work: () => void): Promise<void>;
  /** Commits now what the turn has written so far. Never throws. */
  commit(): void;
  /** Gives up what the turn has written so far: that rejects with `error`. The journal is not touched. */
  abandon(error: unknown): void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Turn {
  readonly journal: JournalStatements;
  readonly waiters: Waiter[];
}

/** Creates the writes of one journal. */
export function createTurnWrites(toError: (error: unknown) => unknown): TurnWrites {
  let turn: Turn | undefined;
  const end = (settle: (waiter: Waiter) => void): void => {
    const waiters = turn?.waiters ?? [];
    turn = undefined;
    waiters.forEach(settle);
  };
  const abandon = (error: unknown): void => end(({ reject }) => reject(error));
  const fail = (journal: JournalStatements, error: unknown): unknown => {
    const told = undone(journal) ?? error;
    const translated = toError(told);
    abandon(translated);
    return translated;
  };
  const commit = (): void => {
    if (turn === undefined) return;
    const { journal } = turn;
    try {
      journal.commit();
      end(({ resolve }) => resolve());
    } catch (error) {
      fail(journal, error);
    }
  };
  const begin = (journal: JournalStatements): Turn => {
    journal.begin();
    setImmediate(commit);
    return { journal, waiters: [] };
  };
  return {
    async run(journal, work) {
      try {
        turn ??= begin(journal);
        work();
      } catch (error) {
        throw fail(journal, error);
      }
      const { waiters } = turn;
      await new Promise<void>((resolve, reject) => void waiters.push({ resolve, reject }));
    },
    commit,
    abandon,
  };
}

/** Takes back what was written; answers why that failed, if it did. */
function undone(journal: JournalStatements): unknown {
  try {
    journal.rollback();
    return undefined;
  } catch (error) {
    return error;
  }
}
