/** Default of what a broker is told about the longest silence of this device, in seconds (wire: keep alive). */
export const DEFAULT_KEEPALIVE_SECONDS = 60;
/** Bounds on it that are obeyed: below the first a device would do nothing else, above the second it takes too long to miss it. */
export const MIN_KEEPALIVE_SECONDS = 1;
export const MAX_KEEPALIVE_SECONDS = 1_200;
/** Default time for a connection, from its first packet to the last answer that makes it usable, in milliseconds. */
export const DEFAULT_CONNECT_LIMIT_MS = 20_000;
/** Default time in which a broker acknowledges a message, in milliseconds. One that does not is lost, and with it the connection. */
export const DEFAULT_PUBLISH_LIMIT_MS = 30_000;
/** Time for leaving a broker in order, in milliseconds; then the connection is cut. */
export const END_LIMIT_MS = 2_000;
/** Most messages that wait at a time for the broker to acknowledge them. */
export const MAX_SENDS = 16;

/** The keep alive that is obeyed when `askedSeconds` are asked for. */
export function boundedKeepaliveSeconds(askedSeconds = DEFAULT_KEEPALIVE_SECONDS): number {
  if (Number.isNaN(askedSeconds)) return DEFAULT_KEEPALIVE_SECONDS;
  return Math.round(Math.min(MAX_KEEPALIVE_SECONDS, Math.max(MIN_KEEPALIVE_SECONDS, askedSeconds)));
}
