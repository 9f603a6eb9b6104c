import { errorText } from '../../foundation/index.ts';
import type { ReceivedDeviceConfiguration, ReceivedWorkload } from '../../protocol/index.ts';
import { MAX_INTERVAL_SECONDS, MIN_UPLOAD_BYTES_PER_SECOND } from '../../resources/index.ts';
import { byName } from '../workloads/index.ts';
import { readUploadPath } from './object-key.ts';
import type { UploadPath } from './object-key.ts';
import { readBucket } from './read-bucket.ts';
import type { UploadTarget, UploadWorkload } from './upload-target.ts';

/** Between two full looks for files when the configuration names no interval, in seconds (wire: as upstream). */
export const DEFAULT_UPLOAD_SECONDS = 15;

/**
 * What a configuration wants uploaded. An interval or a limit that is missing, zero or negative is the default; an interval
 * of the workload goes before that of the device. Never throws: what cannot be used is told in words.
 */
export function readUploads({ configuration, workloads }: ReceivedDeviceConfiguration): UploadTarget {
  const storage = configuration?.storage;
  const maxBytesPerSecond = positive(storage?.max_bytes_per_second);
  const seconds = positive(storage?.interval_seconds) ?? DEFAULT_UPLOAD_SECONDS;
  const uploading = workloads.flatMap((workload) => readWorkload(workload, seconds)).sort(byName);
  const names = new Set(uploading.map(({ name }) => name));
  return {
    bucket: readBucket(storage?.s3),
    maxBytesPerSecond:
      maxBytesPerSecond === undefined ? undefined : Math.max(maxBytesPerSecond, MIN_UPLOAD_BYTES_PER_SECOND),
    workloads: uploading,
    others: workloads.flatMap(({ name }) => (names.has(name) ? [] : [name])).sort(),
  };
}

function readWorkload({ name, data }: ReceivedWorkload, seconds: number): readonly UploadWorkload[] {
  if (data === undefined || data.paths.length === 0) return [];
  const paths: UploadPath[] = [];
  const refusals: string[] = [];
  for (const path of data.paths) {
    try {
      paths.push(readUploadPath(path));
    } catch (error) {
      refusals.push(errorText(error));
    }
  }
  const intervalMs = Math.min(positive(data.interval_seconds) ?? seconds, MAX_INTERVAL_SECONDS) * 1_000;
  return [{ name, paths, refusals, intervalMs }];
}

function positive(value: number | undefined): number | undefined {
  return value === undefined || value <= 0 ? undefined : value;
}
