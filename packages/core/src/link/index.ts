/**
 * What every end of the device's way to its control plane shares, be it a whole device, a gateway or its worker: the link over
 * HTTP, a worker's end of a gateway, both in one process, the commands, a break, and leaving for good. Without knowledge of
 * workloads.
 */
export {
  DEFAULT_POLL_INTERVAL_MS,
  MAX_POLL_INTERVAL_MS,
  MIN_POLL_INTERVAL_MS,
  createHttpLink,
} from './http-link/index.ts';
export type { HttpLink, HttpLinkOptions } from './http-link/index.ts';
export { MAX_RECONNECT_SECONDS, createPausableLink, readCommand } from './commands/index.ts';
export type { DeviceCommand, PausableLink } from './commands/index.ts';
export {
  DISCONNECTED_DOCUMENT,
  MAX_FAREWELLS,
  readDisconnectMarker,
  recommissionDevice,
  sayFarewell,
  writeDisconnectMarker,
} from './leaving/index.ts';
export type { DisconnectMarker, FarewellParts } from './leaving/index.ts';
export { createDoorbell } from './timing/index.ts';
export type { Doorbell } from './timing/index.ts';
export {
  HELD_DISCONNECT_LIMIT_MS,
  MAX_HELD_DISCONNECTS,
  MAX_SENDS,
  createWorkerEnd,
  workerDataOf,
} from './worker-end/index.ts';
export type { RegistrationNews, WorkerEnd, WorkerEndParts, WorkerListener } from './worker-end/index.ts';
export { ANSWER_LIMIT_MS, TAKE_LIMIT_MS, createInProcessHub, createInProcessLink } from './in-process/index.ts';
export type {
  HubConnection,
  InProcessHub,
  InProcessLink,
  InProcessLinkOptions,
  InProcessWorker,
} from './in-process/index.ts';
