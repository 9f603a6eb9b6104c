import type { OpenPort, PodRequest } from '../../ports/index.ts';
import type { ContainerProbes } from '../probes/index.ts';

/** What happens when a container exits (Kubernetes: `restartPolicy`). */
export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

/** What it takes to look after a pod that is there. */
export interface KnownPod {
  readonly request: Pick<PodRequest, 'name' | 'fingerprint'>;
  /** Names of its regular containers; a pod that lacks one of them was started only in part. */
  readonly containers: readonly string[];
  /** Host ports that must be open while it exists. */
  readonly ports: readonly OpenPort[];
  readonly restartPolicy: RestartPolicy;
  /** Time between SIGTERM and SIGKILL, in milliseconds. */
  readonly graceMs: number;
  /** Of its containers; absent when none is probed, and of a pod that only its note tells of. */
  readonly probes?: readonly ContainerProbes[];
}

/** A pod that can be started, and what it takes to look after it. */
export interface RunnablePod extends KnownPod {
  readonly request: PodRequest;
}

/**
 * A workload of the configuration, and what is to be done about it:
 *
 * | intent | meaning |
 * |---|---|
 * | `run` | the pod runs. With a `problem` it is the last one that was good, because the configuration's own is not |
 * | `leave` | nothing usable is known: whatever pod has its name stays as it is |
 * | `withhold` | it must not run, because another workload has what it needs |
 */
export type DesiredWorkload =
  | { readonly intent: 'run'; readonly name: string; readonly pod: RunnablePod; readonly problem?: string }
  | { readonly intent: 'leave' | 'withhold'; readonly name: string; readonly problem: string };
