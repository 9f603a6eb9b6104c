/**
 * `@k4e/link-yggdrasil`: both sides of the gRPC protocol of package `yggdrasil`, in both of its generations. `createDispatcher`
 * is the gateway's `WorkerHub`.
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
export type { Dispatcher, DispatcherConfig, DispatcherOptions, WorkerEvent } from './dispatcher/index.ts';
