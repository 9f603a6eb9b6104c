/**
 * Health probes of containers, as Kubernetes defines them. What results mean is decided by a pure state machine; the runner
 * makes the probes, all on one timer, and tells its verdicts. Nothing here ends or starts a container: the plan does.
 */
export { PROBE_KINDS } from './container-probes.ts';
export type { ContainerProbes, ProbeKind, ProbePlan } from './container-probes.ts';
export { readProbes } from './read-probes.ts';
export { dueProbes, newHealth, nextHealth, unreadiness } from './container-health.ts';
export type { ContainerHealth, ProbeTally } from './container-health.ts';
export { verdictOn } from './verdict.ts';
export type { Condemnation, ContainerVerdict, Verdicts } from './verdict.ts';
export { MAX_PARALLEL_PROBES, PROBE_JITTER, PROBE_LIMIT_MS, PROBE_SPREAD_MS, ProbeRunner } from './probe-runner.ts';
export type { ProbeRunnerParts, ProbedPod } from './probe-runner.ts';
