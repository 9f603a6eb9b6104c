import { afterEach, beforeEach, describe } from 'vitest';
import { describeDamage, describeFailing } from './failing-rows.ts';
import { describeKeeping, describeReading } from './keeping-rows.ts';
import { describeOpening } from './opening-rows.ts';
import type { CurrentJournal, UploadJournalContractOptions, UploadJournalSubject } from './upload-journal-subject.ts';

/** The contract of `UploadJournal`, row by row, as a vitest suite. */
export function describeUploadJournalContract(name: string, options: UploadJournalContractOptions): void {
  describe(`${name} keeps the contract of UploadJournal`, () => {
    let subject: UploadJournalSubject;
    beforeEach(async () => {
      subject = await options.createSubject();
    });
    afterEach(() => subject.dispose());

    const current: CurrentJournal = () => subject;
    describe('open', () => describeOpening(current));
    describe('record, find and forget', () => describeKeeping(current));
    describe('rows', () => describeReading(current));
    describe('damage', () => describeDamage(current, options.damages));
    describe('failures', () => describeFailing(current));
  });
}
