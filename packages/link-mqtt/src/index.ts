/**
 * `@k4e/link-mqtt`: the way of a device, or of its gateway, to the control plane over an MQTT broker, in yggdrasil's topics.
 * `createMqttLink` is a `DeviceLink`.
 */
export {
  CONNECT_BACKOFF,
  DEFAULT_TOPIC_PREFIX,
  LAST_WORD_LIMIT_MS,
  MAX_BROKERS,
  STEADY_MS,
  createMqttLink,
} from './mqtt-link/index.ts';
export type { MqttLink, MqttLinkOptions } from './mqtt-link/index.ts';
export { MAX_PEM_BYTES } from './broker/index.ts';
export type { PemSource, TlsMaterial } from './broker/index.ts';
export { MAX_KNOWN_IDS, MAX_TOPIC_PREFIX } from './messages/index.ts';
export { MAX_PACKET_BYTES } from './packets/index.ts';
export {
  DEFAULT_CONNECT_LIMIT_MS,
  DEFAULT_KEEPALIVE_SECONDS,
  DEFAULT_PUBLISH_LIMIT_MS,
  END_LIMIT_MS,
  MAX_KEEPALIVE_SECONDS,
  MAX_SENDS,
  MIN_KEEPALIVE_SECONDS,
} from './session/index.ts';
