/**
 * The k4e/yggdrasil edge protocol: four HTTP endpoints, one envelope, a handful of contents. Schemas read tolerantly
 * (`null` lists, missing members, any date precision, unknown members are ignored) and types describe what is sent.
 * `EdgeApiClient` is the typed client. Fixtures for other implementations are in the package's `fixtures/protocol`.
 */
export { API_BASE_PATH, endpointPath } from './paths.ts';
export type { Channel } from './paths.ts';
export * from './limits.ts';
export { formatWireDate, readWireDate } from './wire-date.ts';
export type { WireDate } from './wire-date.ts';
export { DEVICE_DIRECTIVE, ENVELOPE_VERSION, createMessage, messageSchema } from './message.ts';
export type { Message, MessageParts } from './message.ts';
export { hardwareInfoSchema } from './hardware-info.ts';
export type { HardwareInfo, ReceivedHardwareInfo } from './hardware-info.ts';
export { FEATURES, MAX_FEATURES, MAX_FEATURE_NAME } from './features.ts';
export { REGISTRATION_DIRECTIVE, registrationSchema } from './registration.ts';
export type { ReceivedRegistration, RegistrationInfo } from './registration.ts';
export { HEARTBEAT_DIRECTIVE, heartbeatSchema } from './heartbeat.ts';
export type { DeviceEvent, Heartbeat, ReceivedHeartbeat, ReceivedWorkloadStatus } from './heartbeat.ts';
export { DEFAULT_PERIOD_SECONDS, deviceConfigurationSchema, workloadSchema } from './device-configuration.ts';
export type { DeviceConfiguration, ReceivedDeviceConfiguration, ReceivedWorkload } from './device-configuration.ts';
export { DISCONNECT_COMMAND, commandSchema } from './command.ts';
export type { Command } from './command.ts';
export { connectionStatusSchema, offlineStatus, saysOffline } from './connection-status.ts';
export type { ConnectionStatus } from './connection-status.ts';
export {
  MAX_HOLD_SECONDS,
  MAX_POLL_TAG,
  pollAnswerHeaders,
  pollHeaders,
  readPollTerms,
  readPollWish,
} from './held-poll.ts';
export type { PollTerms, PollWish } from './held-poll.ts';
export { readContent } from './read-content.ts';
export { failureOfStatus } from './answer-failure.ts';
export { DEFAULT_REQUEST_TIMEOUT_MS, EdgeApiClient } from './edge-api-client.ts';
export type { EdgeApiClientOptions, PollAnswer } from './edge-api-client.ts';
export { OPENAPI_VERSION, deriveOpenApi } from './openapi.ts';
export type { OpenApiInfo } from './openapi.ts';
