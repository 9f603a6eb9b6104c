/**
 * The worker's side of the protocol: a `DeviceLink` that registers with a dispatcher, listens where that says, and registers
 * again when the dispatcher was away.
 */
export { createWorkerLink } from './create-worker-link.ts';
export { DEFAULT_MESSAGE_LIMIT_MS, REGISTER_BACKOFF, REGISTER_LIMIT_MS } from './worker-link.ts';
export type { WorkerLink, WorkerLinkOptions } from './worker-link.ts';
