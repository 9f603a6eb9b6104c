/** Milliseconds that a request may take, from the first byte sent to the last received. Watches have their own. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** Largest answer, in bytes: a page of a list. */
export const RESPONSE_MAX_BYTES = 268_435_456;
/** Requests that are under way at a time; the others wait for a connection. Watches are not counted. */
export const MAX_CONNECTIONS = 64;
/** Milliseconds that an unused connection is kept: less than the 90 s after which an API server closes it. */
export const IDLE_CONNECTION_MS = 60_000;

/** Limits of a connection. */
export interface ConnectionLimits {
  readonly requestTimeoutMs: number;
  readonly responseMaxBytes: number;
  readonly maxConnections: number;
}

/** Limits of a connection that is not told otherwise. */
export const DEFAULT_LIMITS: ConnectionLimits = {
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  responseMaxBytes: RESPONSE_MAX_BYTES,
  maxConnections: MAX_CONNECTIONS,
};
