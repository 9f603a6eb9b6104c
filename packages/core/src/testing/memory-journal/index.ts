/** An upload journal in memory, and the faults of its disk. */
export { createMemoryJournal } from './memory-journal.ts';
export type { MemoryJournal } from './memory-journal.ts';
