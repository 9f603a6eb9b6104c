/**
 * The resources that fleet operators see with `kubectl`, each as one schema. Types, validators and the CRD documents
 * are derived from it. The few kinds of Kubernetes itself that k4e writes are here as plain types.
 */
export { apiVersionOf, resourceKey } from './resource.ts';
export type {
  AppliedMetadata,
  AppliedResource,
  DeepPartial,
  ListMapKey,
  ObjectMeta,
  Resource,
  ResourceKind,
  ResourceRef,
} from './resource.ts';
export { CONDITION_MESSAGE_MAX_LENGTH, nextCondition } from './condition.ts';
export type { Condition, ConditionUpdate } from './condition.ts';
export { EXPORT_MOUNT_PATH, podSpecSchema } from './pod-spec.ts';
export type { PodContainer, PodSpec } from './pod-spec.ts';
export { PROBE_FIELDS, portNumber, probedContainerSchema } from './probe.ts';
export type { Probe, ProbedContainer } from './probe.ts';
export { hardwareStatusSchema } from './hardware-status.ts';
export type { HardwareStatus } from './hardware-status.ts';
export { MAX_INTERVAL_SECONDS } from './interval.ts';
export { MIN_UPLOAD_BYTES_PER_SECOND, deviceStorageSchema } from './device-storage.ts';
export type { DeviceStorage, StorageStatus, UploadStatus } from './device-storage.ts';
export {
  DEFAULT_HEARTBEAT_PERIOD_SECONDS,
  MAX_DEVICE_DEPLOYMENTS,
  edgeDeviceSpecSchema,
  edgeDeviceStatusSchema,
} from './edge-device.ts';
export type { DeviceDeployment, EdgeDevice, EdgeDeviceSpec, EdgeDeviceStatus } from './edge-device.ts';
export {
  DEPLOYMENT_NAME_MAX_LENGTH,
  MAX_LISTED_FAILURES,
  edgeDeploymentSpecSchema,
  edgeDeploymentStatusSchema,
} from './edge-deployment.ts';
export type { DeviceSelector, EdgeDeployment, EdgeDeploymentSpec, EdgeDeploymentStatus } from './edge-deployment.ts';
export {
  API_GROUP,
  API_VERSION,
  EDGE_DEPLOYMENT,
  EDGE_DEVICE,
  edgeDeploymentSchema,
  edgeDeviceSchema,
} from './kinds.ts';
export { CONFIG_MAP, EVENT, LEASE, OBJECT_BUCKET_CLAIM, ROUTE, SECRET } from './kubernetes-kinds.ts';
export type {
  ConfigMapResource,
  EventResource,
  LeaseResource,
  ObjectBucketClaimResource,
  RouteResource,
  SecretResource,
} from './kubernetes-kinds.ts';
export { deriveCrd, k4eCrds } from './crd/index.ts';
export type { CrdDefinition, PrinterColumn } from './crd/index.ts';
