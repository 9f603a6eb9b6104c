/** The contract of `Disk`. That a sync outlives a cut of the power only a machine whose power is cut can show. */
export { describeDiskContract } from './disk-contract.ts';
export type { DiskContractOptions, DiskSubject } from './disk-contract.ts';
