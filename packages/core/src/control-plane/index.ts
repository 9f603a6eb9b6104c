/**
 * The cluster's half of k4e. `EdgeDevice` and `EdgeDeployment` go in; matched devices, assembled configurations and
 * statuses that tell the truth come out. It knows the resource store and the protocol, and neither HTTP nor Kubernetes.
 */
export { createControlPlane } from './create-control-plane.ts';
export { DEFAULT_GRACE_PERIOD_MS } from './control-plane.ts';
export { NO_STORAGE, STORAGE_CONDITION, STORAGE_FINALIZER } from './device-storage/index.ts';
export type { DirectBuckets, ReclaimPolicy, StorageSettings } from './device-storage/index.ts';
export { BUCKET_KEYS, NOOBAA_STORAGE_CLASS } from './buckets/index.ts';
export type { ControlPlane, ControlPlaneParts, ControlPlaneSettings } from './control-plane.ts';
export type { EdgeApi, EdgeReply } from './edge-api/edge-api.ts';
export {
  CONNECTION_FINALIZER,
  DEPLOYMENT_FINALIZER,
  FIELD_OWNERS,
  WORKLOAD_FINALIZER,
  WORKLOAD_LABEL_PREFIX,
} from './edge-device/field-owners.ts';
export { LIVENESS_STAMP_INTERVAL_MS } from './edge-device/apply-heartbeat.ts';
export { SILENT_PERIODS } from './edge-device/liveness.ts';
export { DISCONNECT_LINGER_MS } from './edge-api/disconnects.ts';
export { checkPodSpec } from './edge-deployment/check-pod-spec.ts';
export type { Unsupported } from './edge-deployment/unsupported.ts';
export type { Replica } from './edge-device/liveness-exchange.ts';
