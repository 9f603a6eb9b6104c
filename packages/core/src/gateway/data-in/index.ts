/** What the control plane sends: to the worker that it is for, each on a way of its own. */
export { DETACHED_CONTENT_LIMIT_MS, fetchDetached } from './fetch-detached.ts';
export type { FetchParts } from './fetch-detached.ts';
export { MAX_MAILBOX_MESSAGES } from './mailbox.ts';
export { MAX_WORKER_TRIES, WORKER_BACKOFF, WorkerMailboxes } from './worker-mailboxes.ts';
export type { WorkerMailboxesParts } from './worker-mailboxes.ts';
