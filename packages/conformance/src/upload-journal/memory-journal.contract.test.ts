import { createMemoryJournal } from '@k4e/core/testing';
import { describeUploadJournalContract } from './upload-journal-contract.ts';
import type { UploadJournalSubject } from './upload-journal-subject.ts';

async function createSubject(): Promise<UploadJournalSubject> {
  const journal = createMemoryJournal();
  return {
    journal,
    async restart() {
      await journal.close();
      return journal;
    },
    damage: async () => journal.damage(),
    failWrites: async () => {
      journal.failWrites(true);
      return async () => journal.failWrites(false);
    },
    leftovers: async () => [...journal.recorded().keys()],
    dispose: async () => undefined,
  };
}

describeUploadJournalContract('createMemoryJournal', { createSubject, damages: ['marked as damaged'] });
