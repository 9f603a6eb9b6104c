/**
 * The contract of `ExportFiles`: every file of a workload is seen and read, and nothing else, whatever the workload puts
 * in its export. What only a race can show (links that change while we look) is the adapter's own test.
 */
export { describeExportFilesContract } from './export-files-contract.ts';
export type { ExportFilesContractOptions, ExportFilesSubject, SpecialKind } from './export-files-subject.ts';
