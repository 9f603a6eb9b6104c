/**
 * The cluster's half of k4e. `EdgeDevice` and `EdgeDeployment` go in; matched devices, assembled configurations and
 * statuses that tell the truth come out. It knows the resource store and the protocol, and neither HTTP nor Kubernetes.
 */
export { createControlPlane } from './create-control-plane.ts';
export { DEFAULT_GRACE_PERIOD_MS } from './control-plane.ts';
export { NO_STORAGE, STORAGE_CONDITION, STORAGE_FINALIZER } from './device-storage/index.ts';
export type { DirectBuckets, ReclaimPolicy, StorageSettings } from './device-storage/index.ts';
export { BUCKET_KEYS, NOOBAA_STORAGE_CLASS, RECLAIM_POLICY_ANNOTATION } from './buckets/index.ts';
export { CLAIM_FINALIZER } from './object-bucket-claim/index.ts';
export type { ControlPlane, ControlPlaneParts, ControlPlaneSettings } from './control-plane.ts';
export type { EdgeApi, EdgeReply, PollReply } from './edge-api/index.ts';
export { MAX_HELD_POLLS, MAX_HELD_POLLS_OF_DEVICE } from './edge-api/index.ts';
export {
  CONNECTION_FINALIZER,
  DEPLOYMENT_FINALIZER,
  FIELD_OWNERS,
  LIVENESS_STAMP_INTERVAL_MS,
  SILENT_PERIODS,
  WORKLOAD_FINALIZER,
  WORKLOAD_LABEL_PREFIX,
} from './edge-device/index.ts';
export { DISCONNECT_LINGER_MS } from './edge-api/index.ts';
export { checkPodSpec } from './edge-deployment/index.ts';
export type { Unsupported } from './edge-deployment/index.ts';
export type { Replica } from './edge-device/index.ts';
