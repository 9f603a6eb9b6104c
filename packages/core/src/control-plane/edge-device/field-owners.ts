/**
 * The field owners of k4e's resources. Each field of a status has one of them, and none writes another's: no heartbeat
 * and no assignment is ever lost because two writers met.
 *
 * | owner | fields |
 * |---|---|
 * | edge API | `reportedPhase`, `lastSeenTime`, `lastSyncedResourceVersion`, `hardware`, `features`, and of a deployment's entry all that the device reports |
 * | controller | `phase`, `conditions` but that of storage, `configurationVersion`, `workloads`, and of an entry `name`, `assignedTime`, `withdrawnTime`; the labels `workload/<name>` |
 * | storage | `storage`, `dataObc`, the condition `StorageReady`, and the finalizer of storage |
 * | claims | of an ObjectBucketClaim of our storage class, what its provisioner says: names of the bucket, phase |
 * | life cycle | the other finalizers; by whoever ends a stage of a deletion |
 */
export const FIELD_OWNERS = {
  edgeApi: 'k4e-edge-api',
  controller: 'k4e-controller',
  storage: 'k4e-storage',
  claims: 'k4e-claims',
  lifeCycle: 'k4e-life-cycle',
} as const;

/** Finalizer of an EdgeDevice until the device was told to run nothing (name as upstream). */
export const WORKLOAD_FINALIZER = 'yggdrasil-workload-finalizer';
/** Finalizer of an EdgeDevice until the device was told to disconnect (name as upstream). */
export const CONNECTION_FINALIZER = 'yggdrasil-connection-finalizer';
/** Finalizer of an EdgeDeployment until no device carries it (name as upstream). */
export const DEPLOYMENT_FINALIZER = 'yggdrasil-device-reference-finalizer';

/** Prefix of the label that an EdgeDevice has for each deployment that it carries (as upstream). */
export const WORKLOAD_LABEL_PREFIX = 'workload/';
