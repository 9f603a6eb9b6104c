/**
 * `@k4e/link-yggdrasil`: both sides of the gRPC protocol of package `yggdrasil`, in both of its generations. `createDispatcher`
 * is the gateway's `WorkerHub`, `createWorkerLink` the `DeviceLink` of a device worker.
 */
export {
  DEFAULT_DISCONNECT_LIMIT_MS,
  DEFAULT_SEND_LIMIT_MS,
  DEFAULT_START_LIMIT_MS,
  MAX_FEATURE_NAME_LENGTH,
  MAX_FEATURE_VALUE_LENGTH,
  MAX_HANDLER_LENGTH,
  MAX_SENDS_PER_WORKER,
  MAX_WORKER_FEATURES,
  MAX_WORKER_MESSAGES,
  WORKER_MESSAGE_LIMIT_MS,
  createDispatcher,
} from './dispatcher/index.ts';
export type { Dispatcher, DispatcherConfig, DispatcherOptions } from './dispatcher/index.ts';
export {
  DEFAULT_MESSAGE_LIMIT_MS,
  REGISTER_BACKOFF,
  REGISTER_LIMIT_MS,
  createWorkerLink,
} from './worker-link/index.ts';
export type { WorkerLink, WorkerLinkOptions } from './worker-link/index.ts';
export { MAX_CONCURRENT_CALLS, MAX_WIRE_BYTES } from './call/index.ts';
export { MAX_CONNECTIONS, MAX_SOCKET_NAME_BYTES } from './socket/index.ts';
