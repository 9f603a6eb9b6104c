/** Warnings of what peers can cause as often as they like. */
export { WARNING_RATE, createThrottledWarning } from './throttled-warning.ts';
export type { WarnThrottled } from './throttled-warning.ts';
