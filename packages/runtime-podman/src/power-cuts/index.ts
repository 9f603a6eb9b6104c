/**
 * Power that is cut. Podman syncs its indexes and not what they speak of: after a cut an image or a container may be there in
 * name, with empty files. So whatever is being made is noted before, in a document that is synced, and crossed out when the
 * disk has it. What a note of an earlier boot names is doubtful: it is removed, and made anew by whoever wants it.
 */
export { SYNC_LIMIT_MS, createNoNotes, createUnsyncedNotes } from './unsynced-notes.ts';
export type { StoreChange, UnsyncedNotes } from './unsynced-notes.ts';
export { MAX_UNSYNCED_CHANGES, UNSYNCED_DOCUMENT } from './unsynced-document.ts';
export {
  MAX_REBUILT_REASON_LENGTH,
  REBUILT_STORAGE_DOCUMENT,
  noteRebuiltStorage,
  takeRebuiltStorage,
} from './rebuilt-storage.ts';
export type { RebuiltStorage } from './rebuilt-storage.ts';
export { createRepairLog } from './repair-log.ts';
export type { RepairLog } from './repair-log.ts';
