/**
 * The device's way to the control plane over HTTP: two poll loops that never give up, a back-off that spreads a fleet, and
 * an inbox in which the newest configuration replaces older ones. `DeviceLink` is the port; `EdgeApiClient` does the calls.
 */
export { createHttpLink } from './create-http-link.ts';
export type { HttpLink } from './create-http-link.ts';
export type { HttpLinkOptions } from './http-link-options.ts';
export { DEFAULT_POLL_INTERVAL_MS, MAX_POLL_INTERVAL_MS, MIN_POLL_INTERVAL_MS } from './poll-timing.ts';
