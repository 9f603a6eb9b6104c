import type { UploadJournal } from '@k4e/core/ports';

/** A journal under test, not opened yet, and the hands that the suite needs around it. */
export interface UploadJournalSubject {
  readonly journal: UploadJournal;
  /** A journal over the same rows, not opened yet, as after a restart of the process. The one before is not used again. */
  restart(): Promise<UploadJournal>;
  /** Damages what is kept, in one of the ways that the options list. Nobody has it open. */
  damage(way: string): Promise<void>;
  /** Makes every change that needs room fail as a full disk does; the result repairs that. */
  failWrites(): Promise<() => Promise<void>>;
  /** What is left on the disk, by name. */
  leftovers(): Promise<readonly string[]>;
  /** Everything that the test made is gone afterwards. */
  dispose(): Promise<void>;
}

/** What the suite is run over. */
export interface UploadJournalContractOptions {
  /** Called before each test. */
  createSubject(): Promise<UploadJournalSubject>;
  /** The ways of damaging what is kept that the subject knows, at least one. */
  readonly damages: readonly string[];
}

/** Gives the subject of the test that runs. */
export type CurrentJournal = () => UploadJournalSubject;
