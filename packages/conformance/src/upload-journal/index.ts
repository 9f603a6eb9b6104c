/**
 * The contract of `UploadJournal`: rows are kept whole and in order, or dropped whole and told so; never a wrong one. What
 * only a crash can show (kill -9 in the middle of a record) is the adapter's own test.
 */
export { describeUploadJournalContract } from './upload-journal-contract.ts';
export type { UploadJournalContractOptions, UploadJournalSubject } from './upload-journal-subject.ts';
