/** Gateway and workers in one process: a `WorkerHub` without sockets, and the `DeviceLink` of a worker on it. */
export { createInProcessHub } from './create-in-process-hub.ts';
export { TAKE_LIMIT_MS } from './in-process-hub.ts';
export type { HubConnection, InProcessHub, InProcessWorker } from './in-process-hub.ts';
export { ANSWER_LIMIT_MS, createInProcessLink } from './create-in-process-link.ts';
export type { InProcessLink, InProcessLinkOptions } from './create-in-process-link.ts';
