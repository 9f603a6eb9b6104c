/** What travels, and under which topics: the same envelope as over HTTP, and nothing around it. */
export { decodeMessage } from './decode-message.ts';
export { MAX_TOPIC_PREFIX, topicsOf } from './device-topics.ts';
export type { DeviceTopics } from './device-topics.ts';
export { encodeMessage } from './encode-message.ts';
export { MAX_KNOWN_IDS, createKnownIds } from './known-ids.ts';
