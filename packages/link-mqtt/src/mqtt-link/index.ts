/** The `DeviceLink` over a broker: one connection that is made again and again, and what comes and goes on it. */
export { createMqttLink } from './create-mqtt-link.ts';
export { CONNECT_BACKOFF, DEFAULT_TOPIC_PREFIX, LAST_WORD_LIMIT_MS, MAX_BROKERS, STEADY_MS } from './mqtt-link.ts';
export type { MqttLink, MqttLinkOptions } from './mqtt-link.ts';
