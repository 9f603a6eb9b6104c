import type { ObservedPod } from '../../ports/index.ts';
import type { Verdicts } from '../probes/index.ts';
import type { Attempt } from './attempts.ts';
import type { DesiredWorkload, KnownPod } from './desired-workload.ts';
import type { WorkloadAction } from './workload-action.ts';

/** Everything that a plan depends on. */
export interface WorkloadSituation {
  readonly desired: readonly DesiredWorkload[];
  readonly observed: readonly ObservedPod[];
  /** Last tries to get a pod up, by workload. */
  readonly runs: ReadonlyMap<string, Attempt>;
  /** Last tries to get a pod away, by workload. */
  readonly removals: ReadonlyMap<string, Attempt>;
  /** Last tries to prepare a pod, by workload. */
  readonly preparations: ReadonlyMap<string, Attempt>;
  /** Last tries to end containers, by workload. */
  readonly endings: ReadonlyMap<string, Attempt>;
  /** What probes say of containers, by workload. */
  readonly verdicts: Verdicts;
  /** What is being done to pods, by workload: nothing else is decided for that pod until it has ended. */
  readonly busy: ReadonlyMap<string, WorkloadAction['kind']>;
  /** Workloads for which a pod is being prepared, beside whatever is done to the pod that is there. */
  readonly preparing: ReadonlySet<string>;
  /** What the pods that are there, or being started, were made from, by workload, as far as that is known. */
  readonly known: ReadonlyMap<string, KnownPod>;
  /** Monotonic milliseconds. */
  readonly nowMs: number;
}
