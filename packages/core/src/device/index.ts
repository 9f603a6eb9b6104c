/**
 * The device's half of k4e, without transport and host: it registers, receives configurations, makes the pods on the
 * device what they say, and reports in heartbeats. `createDevice` puts it together out of the ports; the pure decisions
 * it is made of are here for whoever builds another agent.
 *
 * It works offline: the last good configuration is in force before anybody is contacted, and nothing that the control
 * plane does or fails to do stops a workload, except a configuration that leaves it out. A configuration is refused whole
 * when its structure is not valid; a workload that cannot run as it is written is its own problem, and what was good of it
 * before runs on. Without any configuration (a new device, lost state) neither pods nor the firewall are touched.
 *
 * Files that workloads leave for upload come to the device's bucket, once each and whole, in the background; the trouble of
 * a bucket is never that of a workload. The files of a workload outlive it: they go when the device is disconnected. A
 * disconnected device stays so through reboots, until `recommissionDevice`.
 */
export { createDevice } from './create-device.ts';
export type { Device, DeviceOutcome, DeviceParts, DeviceUploadParts } from './device.ts';
export type { DeviceActivities, DeviceActivity, DeviceActivityType, RemovalCause } from './activity/index.ts';
export { describeActivity } from './activity/index.ts';
export type { ActivityDescription, ActivityLevel } from './activity/index.ts';
export {
  CONFIGURATION_DOCUMENT,
  DEFAULT_SETTINGS,
  checkConfiguration,
  readConfiguration,
} from './configuration/index.ts';
export type {
  CheckedConfiguration,
  ConfigurationPlace,
  DeviceSettings,
  ReadConfiguration,
} from './configuration/index.ts';
export { DEVICE_ID_VARIABLE, planWorkloads, preparePod, reportWorkloads } from './workloads/index.ts';
export type {
  Attempt,
  DesiredWorkload,
  KnownPod,
  PodPlace,
  RestartPolicy,
  RunnablePod,
  WorkloadAction,
  WorkloadPlan,
  WorkloadReport,
  WorkloadSituation,
} from './workloads/index.ts';
export { UPLOADS_DOCUMENT, objectKey, planUpload, readUploads } from './uploads/index.ts';
export type {
  BucketReading,
  FileOrigin,
  SettleMoment,
  Transfer,
  UploadCircumstances,
  UploadPath,
  UploadPlan,
  UploadProblem,
  UploadReport,
  UploadTarget,
  UploadWorkload,
} from './uploads/index.ts';
export type { DeviceFault, DeviceStatus, DeviceTrouble, LinkStatus, WorkloadStatus } from './status/index.ts';
export { assembleHeartbeat, nextHeartbeatAtMs } from './heartbeat/index.ts';
export type { AssembledHeartbeat, HeartbeatFacts, HeartbeatTiming } from './heartbeat/index.ts';
export {
  DEFAULT_POLL_INTERVAL_MS,
  DISCONNECTED_DOCUMENT,
  MAX_POLL_INTERVAL_MS,
  MIN_POLL_INTERVAL_MS,
  createHttpLink,
  recommissionDevice,
} from '../link/index.ts';
export type { HttpLink, HttpLinkOptions } from '../link/index.ts';
