/** Milliseconds until a connection has to stand. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** Milliseconds without a byte in either direction after which a request is given up. */
export const IDLE_TIMEOUT_MS = 30_000;
/** Milliseconds that one try of a request may take, from its start to the head of the answer: 5 MiB at 50 kbit/s. */
export const REQUEST_TIMEOUT_MS = 900_000;
/**
 * How often a request is tried before its error is told, with the SDK's pauses: two seconds in all where the store answers. A
 * small put has one try more, its first.
 */
export const MAX_ATTEMPTS = 3;
/** Most connections to a store at a time. */
export const MAX_CONNECTIONS = 64;
/** Most bytes of XML that an answer may have; a page of 1,000 of the longest keys has about 4 MiB. */
export const MAX_ANSWER_BYTES = 16_777_216;
