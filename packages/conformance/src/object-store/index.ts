/**
 * The contract of `ObjectStore`: what a `put` leaves in the bucket, whatever happens in between. A suite looks at the bucket
 * beside the store under test, never through it. What only a killed process can show is the adapter's own test.
 */
export { describeObjectStoreContract } from './object-store-contract.ts';
export type { AccessDefect, ObjectStoreContractOptions, ObjectStoreSubject } from './object-store-subject.ts';
