import type { DeviceDeployment, EdgeDeviceStatus } from '../../resources/index.ts';

/** What the device reports of one deployment; the edge API's part of an entry. */
export type ReportedDeployment = Pick<
  DeviceDeployment,
  'name' | 'lastTransitionTime' | 'lastDataUpload' | 'message' | 'nextRetryTime' | 'upload'
> & {
  readonly phase?: string;
};

/** The edge API's part of a device's status. */
export type ReportedFields = Pick<
  EdgeDeviceStatus,
  'reportedPhase' | 'lastSeenTime' | 'lastSyncedResourceVersion' | 'features' | 'hardware'
> & {
  readonly deployments: readonly ReportedDeployment[];
};

/** `value` without members that are undefined. */
function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

/** Whether the controller holds this entry; one that it has let go of is about to vanish and must not be kept alive. */
export function isAssigned(entry: DeviceDeployment): boolean {
  return entry.assignedTime !== undefined;
}

/** The edge API's part of `status` as it stands: what it has to apply again so that nothing of it goes. */
export function reportedFields(status: EdgeDeviceStatus | undefined): ReportedFields {
  const { reportedPhase, lastSeenTime, lastSyncedResourceVersion, features, hardware, deployments = [] } = status ?? {};
  const reported = deployments
    .filter((entry) => isAssigned(entry) && entry.lastTransitionTime !== undefined)
    .map(({ name, phase, lastTransitionTime, lastDataUpload, message, nextRetryTime, upload }) =>
      defined({ name, phase, lastTransitionTime, lastDataUpload, message, nextRetryTime, upload }),
    );
  return defined({ reportedPhase, lastSeenTime, lastSyncedResourceVersion, features, hardware, deployments: reported });
}
