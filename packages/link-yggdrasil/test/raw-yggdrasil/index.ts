/** Peers of the gRPC protocol that share no code with the package: bytes from the field table of upstream. */
export { RawStatus, openRawClient, rawTarget, startRawServer } from './raw-grpc.ts';
export {
  EMPTY,
  rawData,
  rawEvent,
  rawRegistration,
  rawRegistrationResponse,
  rawResponse,
  readRawConfig,
} from './raw-messages.ts';
export type { RawData, RawRegistration } from './raw-messages.ts';
export { refuses, startRawWorker } from './raw-worker.ts';
export type { Generation, RawWorkerOptions } from './raw-worker.ts';
export { startRawDispatcher } from './raw-dispatcher.ts';
export type { RawDispatcherOptions } from './raw-dispatcher.ts';
