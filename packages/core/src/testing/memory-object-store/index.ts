/** A bucket in memory that is used as any other, with the faults of a real one at hand. */
export { createMemoryObjectStore } from './create-memory-object-store.ts';
export type { MemoryObjectStore, MemoryObjectStoreOptions } from './create-memory-object-store.ts';
