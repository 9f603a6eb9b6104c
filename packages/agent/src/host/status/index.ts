/**
 * How a device is, in a file for whoever stands beside it. The agent writes it, whole and only when there is something new;
 * `k4e-agent status` reads it, on a terminal or on the screen of the device.
 */
export { CHANGED_SUFFIX, MIN_STATUS_GAP_MS, createStatusFile } from './status-file.ts';
export type { StatusFileKeeper, StatusFileOptions } from './status-file.ts';
export { describeStatus } from './describe-status.ts';
export type { StatusFacts, StatusOrigin } from './describe-status.ts';
export { MAX_STATUS_FILE_BYTES, readStatusFile } from './read-status-file.ts';
export { plainText } from './plain-text.ts';
export {
  MAX_LISTED_ADDRESSES,
  MAX_LISTED_WORKLOADS,
  MAX_STATUS_MESSAGE,
  MAX_STATUS_NAME,
  MAX_STATUS_URL,
  statusFileSchema,
} from './status-file-schema.ts';
export type { StatusFile } from './status-file-schema.ts';
