import type { ReceivedHeartbeat, ReceivedWorkloadStatus } from '../../protocol/index.ts';
import { CONDITION_MESSAGE_MAX_LENGTH } from '../../resources/index.ts';
import type { EdgeDeviceStatus, UploadStatus } from '../../resources/index.ts';
import type { DeviceTimes } from './device-times.ts';
import type { ReportedDeployment, ReportedFields } from './reported-fields.ts';

/** Longest reason of a failed upload, in characters. */
const MAX_REASON_LENGTH = 63;

function textUpTo(limit: number, text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text.slice(0, limit);
}

/** What a workload says of its uploads, as a status shows it; nothing when it says nothing. */
export function reportUpload(
  { upload }: ReceivedWorkloadStatus,
  ours: DeviceTimes,
): { readonly upload?: UploadStatus } {
  if (upload === undefined) return {};
  const reported = {
    pendingFiles: upload.pending_files === undefined ? undefined : Math.max(0, upload.pending_files),
    pendingBytes: upload.pending_bytes === undefined ? undefined : Math.max(0, upload.pending_bytes),
    reason: textUpTo(MAX_REASON_LENGTH, upload.reason),
    message: textUpTo(CONDITION_MESSAGE_MAX_LENGTH, upload.message),
    nextRetryTime: ours(upload.next_retry),
  };
  const known = Object.entries(reported).filter(([, value]) => value !== undefined);
  return known.length === 0 ? {} : { upload: Object.fromEntries(known) };
}

/** What a device can take, in one order; nothing for a device that says nothing. */
export function featuresOf({ features = [] }: Pick<ReceivedHeartbeat, 'features'>): Pick<EdgeDeviceStatus, 'features'> {
  return features.length === 0 ? {} : { features: [...new Set(features)].sort() };
}

function isPending({ upload }: ReportedDeployment): boolean {
  return (upload?.pendingFiles ?? 0) > 0;
}

/**
 * Whether nothing is pending any more of a workload that is shown with pending files: a status must not go on to claim what
 * is done. Files that become pending are no such change, so this is true at most once for each write.
 */
export function hasCaughtUp(before: ReportedFields, after: ReportedFields): boolean {
  const behind = new Set(before.deployments.filter(isPending).map(({ name }) => name));
  return after.deployments.some((entry) => behind.has(entry.name) && !isPending(entry));
}

/**
 * The fields without what may wait for the next write: how much is still to be uploaded, when the device tries again, and
 * when it last was done. That it was done once, and why it fails, stays.
 */
export function withoutUploadFigures({ deployments, ...fields }: ReportedFields): object {
  const shown = deployments.map(({ upload, lastDataUpload, ...entry }) => ({
    ...entry,
    upload: [upload?.reason, upload?.message],
    wasUploaded: lastDataUpload !== undefined,
  }));
  return { ...fields, deployments: shown };
}
