/**
 * Workloads: what of the configuration runs as a pod, and making it so. Preparing (text to pod), planning and reporting
 * are pure; the engine looks, plans, and does, pass after pass, through the ports.
 */
export type { DesiredWorkload, KnownPod, RestartPolicy, RunnablePod } from './desired-workload.ts';
export { MAX_YAML_ALIASES, readPodSpec } from './read-pod-spec.ts';
export { DEVICE_ID_VARIABLE, MAX_MANIFEST_LENGTH, renderPod } from './render-pod.ts';
export type { PodPlace } from './render-pod.ts';
export { MAX_HOST_PORTS, byName, hostPortsOf, portText, settleHostPorts } from './host-ports.ts';
export { DEFAULT_GRACE_MS, preparePod } from './prepare-pod.ts';
export { RECOVERED_AFTER_MS, WORKLOAD_BACKOFF, rememberAttempt } from './attempts.ts';
export type { Attempt, AttemptOutcome } from './attempts.ts';
export { diagnosePod } from './diagnose-pod.ts';
export type { PodDiagnosis } from './diagnose-pod.ts';
export { planWorkloads } from './plan-workloads.ts';
export type { WorkloadPlan } from './plan-workloads.ts';
export type { WorkloadAction } from './workload-action.ts';
export type { WorkloadSituation } from './workload-situation.ts';
export {
  MAX_REPORT_MESSAGE,
  STATUS_DEPLOYING,
  STATUS_ERROR,
  STATUS_UNKNOWN,
  reportWorkloads,
} from './report-workloads.ts';
export type { ReportedSituation, WorkloadReport } from './report-workloads.ts';
export { MAX_PARALLEL_ACTIONS, MAX_PARALLEL_PREPARATIONS } from './action-runner.ts';
export { WorkloadEngine } from './workload-engine.ts';
export type { WorkloadEngineParts, WorkloadTarget } from './workload-engine.ts';
