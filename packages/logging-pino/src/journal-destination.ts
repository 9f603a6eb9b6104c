import { journalEntry } from './journal-entry.ts';
import { textLine } from './text-line.ts';

/** Where a program's lines go. */
export interface JournalDestinationOptions {
  /** What the journal calls the program. */
  readonly identifier: string;
  /** Writes one datagram to the journal's socket; throws where it is not taken. */
  readonly journal: (datagram: Buffer) => void;
  /** Takes lines of text that the journal did not take: too large, or it is busy. */
  readonly otherwise: (line: string) => void;
}

/** A destination of a logger in the format `json` that makes its lines entries of systemd's journal. */
export function createJournalDestination(options: JournalDestinationOptions): { write(line: string): void } {
  const { identifier, journal, otherwise } = options;
  return {
    write: (line) => {
      try {
        journal(journalEntry(line, identifier));
      } catch {
        otherwise(textLine(line));
      }
    },
  };
}
