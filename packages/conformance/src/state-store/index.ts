/**
 * The contract of `StateStore`: documents on the device are whole or told damaged, whatever happens to the power and the
 * disk. What only a crash can show (kill -9 in the middle of a write) is the adapter's own test.
 */
export { describeStateStoreContract } from './state-store-contract.ts';
export type { StateStoreContractOptions } from './state-store-contract.ts';
export type { StateStoreSubject } from './state-store-subject.ts';
