/**
 * The contract of `WorkerHub`: workers come, go, die and hang as they like, and the hub tells who is there, carries what is
 * sent byte by byte, and gives each his own answer. The same suite holds for every way of reaching workers.
 */
export { describeWorkerHubContract } from './worker-hub-contract.ts';
export type { WorkerHubContractOptions, WorkerHubSubject, WorkersEnd } from './worker-hub-subject.ts';
