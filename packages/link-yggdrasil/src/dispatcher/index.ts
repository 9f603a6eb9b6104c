/**
 * The dispatcher's side of the protocol: workers register, get addresses of their own and are dialled there; each has one
 * kept connection, whose end is the end of its registration.
 */
export { createDispatcher } from './create-dispatcher.ts';
export {
  DEFAULT_DISCONNECT_LIMIT_MS,
  DEFAULT_SEND_LIMIT_MS,
  DEFAULT_START_LIMIT_MS,
  MAX_SENDS_PER_WORKER,
  MAX_WORKER_MESSAGES,
  WORKER_MESSAGE_LIMIT_MS,
} from './dispatcher.ts';
export type { Dispatcher, DispatcherConfig, DispatcherOptions } from './dispatcher.ts';
export {
  MAX_FEATURE_NAME_LENGTH,
  MAX_FEATURE_VALUE_LENGTH,
  MAX_HANDLER_LENGTH,
  MAX_WORKER_FEATURES,
} from './check-registration.ts';
