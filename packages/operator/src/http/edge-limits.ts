import { MAX_BODY_BYTES } from '@k4e/core/protocol';

/** Most bytes of a request's line and headers together; more is answered with 431. */
export const MAX_HEADER_BYTES = 8_192;
/** Most connections at once; more are dropped as they come, and counted. */
export const MAX_CONNECTIONS = 32_768;
/** Most bytes of request bodies held at once, over all requests; more is answered with 503. */
export const MAX_HELD_BODY_BYTES = 256 * 1_048_576;
/** Bytes over the body limit that are read and thrown away, so that the sender gets to see its 413; then the connection is cut. */
export const MAX_DISCARDED_BODY_BYTES = 4 * 1_048_576;
/** Deepest nesting of objects and lists in a body. */
export const MAX_JSON_DEPTH = 32;
/** Most members and items in a body, over all its objects and lists. */
export const MAX_JSON_VALUES = 65_536;
/** Most characters of a message in an error's body. */
export const MAX_ERROR_TEXT = 1_024;
/** How long a client may take to send a request's headers, from the moment it connects. */
export const HEADERS_TIMEOUT_MS = 10_000;
/** How long a client may take to send a whole request. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** How long a connection may be silent between two requests. Above a minute: the usual heartbeat period keeps its connection. */
export const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/** How long a connection may be silent while a request is on it; ends the half-open ones. */
export const SOCKET_TIMEOUT_MS = 120_000;
/** How often the time limits of headers and requests are checked: they are this much late at worst. */
export const TIMEOUT_CHECK_INTERVAL_MS = 2_000;
/** When a device is told to come back after a 503, in seconds. */
export const RETRY_AFTER_SECONDS = 5;

/** The limits of an edge server that a test wants small. All have the constants of this file as defaults. */
export interface EdgeLimits {
  readonly bodyBytes: number;
  readonly discardedBodyBytes: number;
  readonly heldBodyBytes: number;
  readonly headerBytes: number;
  readonly connections: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly socketTimeoutMs: number;
  readonly timeoutCheckIntervalMs: number;
}

/** The limits in force where nothing else is said. */
export const DEFAULT_EDGE_LIMITS: EdgeLimits = {
  bodyBytes: MAX_BODY_BYTES,
  discardedBodyBytes: MAX_DISCARDED_BODY_BYTES,
  heldBodyBytes: MAX_HELD_BODY_BYTES,
  headerBytes: MAX_HEADER_BYTES,
  connections: MAX_CONNECTIONS,
  headersTimeoutMs: HEADERS_TIMEOUT_MS,
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  keepAliveTimeoutMs: KEEP_ALIVE_TIMEOUT_MS,
  socketTimeoutMs: SOCKET_TIMEOUT_MS,
  timeoutCheckIntervalMs: TIMEOUT_CHECK_INTERVAL_MS,
};
