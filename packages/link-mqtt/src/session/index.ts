/** One connection to a broker: made, kept alive, and gone for good when it ends. */
export { openSession } from './open-session.ts';
export type { SessionOptions } from './open-session.ts';
export type { MqttSession } from './mqtt-session.ts';
export type { TakeMessage } from './session-client.ts';
export { unlessAborted } from './unless-aborted.ts';
export {
  DEFAULT_CONNECT_LIMIT_MS,
  DEFAULT_KEEPALIVE_SECONDS,
  DEFAULT_PUBLISH_LIMIT_MS,
  END_LIMIT_MS,
  MAX_KEEPALIVE_SECONDS,
  MAX_SENDS,
  MIN_KEEPALIVE_SECONDS,
  boundedKeepaliveSeconds,
} from './session-limits.ts';
