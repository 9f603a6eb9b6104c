/**
 * A worker's end of its way to a gateway: what is the same whether the gateway is another process or part of this one. It
 * keeps the newest message and a disconnect until they are taken, knows how the link fares, and reads the gateway's answers.
 */
export { createWorkerEnd } from './create-worker-end.ts';
export type { WorkerEndParts } from './create-worker-end.ts';
export { HELD_DISCONNECT_LIMIT_MS, MAX_HELD_DISCONNECTS, MAX_SENDS } from './worker-end.ts';
export type { RegistrationNews, WorkerEnd, WorkerListener } from './worker-end.ts';
export { workerDataOf } from './worker-data.ts';
