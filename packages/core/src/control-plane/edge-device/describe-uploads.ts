import type { ConditionUpdate, DeviceDeployment, EdgeDevice } from '../../resources/index.ts';

/** Type of the condition that a device has while it has a bucket and workloads that leave files. */
export const UPLOADS_CONDITION = 'UploadsReady';

/**
 * Says whether the files of the workloads arrive in the bucket, in the words of the device. Nothing while there is no bucket
 * or nothing to upload: the condition of storage tells of a bucket that is missing. Figures are left out, which would make
 * another message of each heartbeat.
 */
export function describeUploads(facts: {
  readonly device: EdgeDevice;
  readonly deployments: readonly DeviceDeployment[];
  readonly uploading: ReadonlySet<string>;
}): ConditionUpdate[] {
  const uploading = facts.deployments.filter(({ name }) => facts.uploading.has(name));
  if (uploading.length === 0 || facts.device.status?.storage?.version === undefined) return [];
  const uploads = (status: ConditionUpdate['status'], reason: string, message: string): ConditionUpdate[] => [
    { type: UPLOADS_CONDITION, status, reason, message },
  ];
  const failed = uploading.filter(({ upload }) => upload?.message !== undefined);
  const [first] = failed;
  if (first !== undefined) {
    const more = failed.length > 1 ? `; and ${failed.length - 1} more` : '';
    return uploads('False', 'UploadFailed', `${first.name}: ${first.upload?.message ?? ''}${more}`);
  }
  const waiting = uploading.filter(({ lastDataUpload }) => lastDataUpload === undefined).map(({ name }) => name);
  if (waiting.length > 0) return uploads('Unknown', 'NoUploadYet', `nothing was uploaded yet of ${waiting.join(', ')}`);
  return uploads('True', 'FilesArrive', 'the files of all workloads are uploaded');
}
