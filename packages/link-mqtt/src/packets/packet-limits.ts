import { MAX_BODY_BYTES } from '@k4e/core/protocol';

/** Bytes of a PUBLISH beside its payload, at most: a topic with its length, and the packet's identifier (wire). */
const MAX_PUBLISH_HEADER_BYTES = 65_535 + 2 + 2;

/**
 * Longest packet that is held in memory, in bytes, without its first two to five. A message that has been cut off there has a payload
 * above `MAX_BODY_BYTES`, however long its topic is, and so shows that it was too large.
 */
export const MAX_PACKET_BYTES = MAX_BODY_BYTES + MAX_PUBLISH_HEADER_BYTES + 1;

/** Longest packet that is no message, in bytes; those that a broker may send have two or four (wire). */
export const MAX_ANSWER_BYTES = 4;
