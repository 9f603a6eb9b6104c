/**
 * The contract of `ResourceStore`: the semantics of the Kubernetes API that the reconcilers count on, held to by every
 * store. What only a crash or a real API server can show is each adapter's own test.
 */
export { LARGE_LIST_ITEMS, describeResourceStoreContract } from './resource-store-contract.ts';
export type { ResourceStoreContractOptions } from './resource-store-contract.ts';
export type { ResourceStoreSubject } from './resource-store-subject.ts';
