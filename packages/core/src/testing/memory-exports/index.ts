/** Exports of workloads in memory: a tree for each, with the hands of the workloads and the faults of a disk. */
export { createMemoryExports } from './memory-exports.ts';
export type { ExportCall } from './export-faults.ts';
export type { MemoryExports, MemoryExportsOptions } from './memory-exports.ts';
export type { MemoryHands } from './memory-hands.ts';
