import { K4eError } from '../../foundation/index.ts';
import type { JournalRow } from '../../ports/index.ts';

/** What the disk of a memory journal holds. */
export interface KeptJournal {
  readonly bucket: string;
  isListed: boolean;
  readonly rows: Map<string, JournalRow>;
}

/** The faults that a disk can have. */
export interface JournalFaults {
  writesFail: boolean;
  readsFail: boolean;
  isDamaged: boolean;
}

/** The disk of a memory journal. Each call throws as the port says. */
export interface JournalDisk {
  readonly faults: JournalFaults;
  open(bucket: string): KeptJournal;
  read(): KeptJournal;
  write(): KeptJournal;
  removeAll(): void;
  close(): void;
  /** What is there, open or not. */
  kept(): KeptJournal | undefined;
}

/** Creates a disk with nothing on it. */
export function createJournalDisk(): JournalDisk {
  const faults: JournalFaults = { writesFail: false, readsFail: false, isDamaged: false };
  let kept: KeptJournal | undefined;
  let isOpen = false;
  const checkReadable = (): void => {
    if (faults.readsFail) throw new K4eError('STATE_UNREADABLE');
  };
  const checkWritable = (): void => {
    if (faults.writesFail) throw new K4eError('STATE_UNWRITABLE');
  };
  const use = (check: () => void): KeptJournal => {
    if (!isOpen || kept === undefined) throw new K4eError('INTERNAL', { message: 'the journal is not open' });
    if (faults.isDamaged) throw new K4eError('STATE_CORRUPT', { retry: 'never' });
    check();
    return kept;
  };
  return {
    faults,
    open(bucket) {
      checkReadable();
      if (kept?.bucket !== bucket || faults.isDamaged) {
        checkWritable();
        kept = { bucket, isListed: false, rows: new Map() };
      }
      isOpen = true;
      faults.isDamaged = false;
      return kept;
    },
    read: () => use(checkReadable),
    write: () => use(checkWritable),
    removeAll() {
      checkWritable();
      kept = undefined;
      isOpen = false;
      faults.isDamaged = false;
    },
    close: () => void (isOpen = false),
    kept: () => kept,
  };
}
