/**
 * The device's way to the control plane over HTTP: two poll loops that never give up, a back-off that spreads a fleet, and
 * an inbox in which the newest configuration replaces older ones. `DeviceLink` is the port; `EdgeApiClient` does the calls.
 */
export { createHttpLink } from './create-http-link.ts';
export type { HttpLink } from './create-http-link.ts';
export type { HttpLinkOptions } from './http-link-options.ts';
export {
  DEFAULT_POLL_INTERVAL_MS,
  INTERVAL_JITTER,
  MAX_POLL_INTERVAL_MS,
  MIN_LOOK_SPACING_MS,
  MIN_POLL_INTERVAL_MS,
  POLL_BACKOFF,
  UNKNOWN_DEVICE_INTERVAL_MS,
} from './poll-timing.ts';
export { MAX_WAITING_COMMANDS } from './inbox.ts';
