/**
 * An EdgeDevice on the cluster's side. Two write to its status, each the fields that it owns: the edge API what the device
 * reports, the controller what follows from it. `planDevice` decides all that the controller writes, from the device as it
 * is, the deployments that fit on it and how alive it is; `createDeviceReconciler` does what the plan says.
 */
export { LIVENESS_STAMP_INTERVAL_MS, applyHeartbeat } from './apply-heartbeat.ts';
export {
  CONNECTION_FINALIZER,
  DEPLOYMENT_FINALIZER,
  FIELD_OWNERS,
  WORKLOAD_FINALIZER,
  WORKLOAD_LABEL_PREFIX,
} from './field-owners.ts';
export { fitDeployments } from './fit-deployments.ts';
export type { FittedDeployments } from './fit-deployments.ts';
export { createLivenessExchange } from './liveness-exchange.ts';
export type { Replica } from './liveness-exchange.ts';
export { SILENT_PERIODS, createLivenessTracker } from './liveness.ts';
export type { LivenessTracker } from './liveness.ts';
export { mapHardware } from './map-hardware.ts';
export { hasFiles } from './plan-device.ts';
export { createDeviceReconciler } from './reconcile-device.ts';
export { featuresOf } from './report-upload.ts';
export { reportedFields } from './reported-fields.ts';
export { classifyWorkload } from './workload-phase.ts';
export type { WorkloadClass } from './workload-phase.ts';
