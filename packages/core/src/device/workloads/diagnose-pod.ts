import type { ObservedContainer, ObservedPod } from '../../ports/index.ts';
import type { KnownPod, RestartPolicy } from './desired-workload.ts';

/**
 * What stands between a pod that is there and the pod that should be:
 *
 * | state | means |
 * |---|---|
 * | `fine` | nothing is to be done: it runs, or it has ended and its restart policy leaves it at that |
 * | `changed` | it was started from something else |
 * | `incomplete` | containers are missing: a start was cut off |
 * | `unstarted` | containers were created and never started |
 * | `crashed` | containers have exited and are to be started again; `containers` names them |
 */
export type PodDiagnosis =
  | { readonly state: 'fine' | 'changed' | 'incomplete' | 'unstarted' }
  | { readonly state: 'crashed'; readonly containers: readonly ObservedContainer[] };

/** Compares a pod that is there with the one that should be. Containers that somebody paused are left to them. */
export function diagnosePod(pod: KnownPod, observed: ObservedPod): PodDiagnosis {
  if (observed.fingerprint !== pod.request.fingerprint) return { state: 'changed' };
  const present = new Set(observed.containers.map(({ name }) => name));
  if (pod.containers.some((name) => !present.has(name))) return { state: 'incomplete' };
  if (observed.containers.some(({ state }) => state === 'created')) return { state: 'unstarted' };
  const crashed = observed.containers.filter((container) => isToRestart(container, pod.restartPolicy));
  return crashed.length === 0 ? { state: 'fine' } : { state: 'crashed', containers: crashed };
}

/**
 * A container that was cut off, by a power cut or a kill of the whole machine, has no end after its start: it has
 * failed, whatever exit code is on record.
 */
function isToRestart(container: ObservedContainer, policy: RestartPolicy): boolean {
  if (container.state !== 'exited' || policy === 'Never') return false;
  return policy === 'Always' || container.exitCode !== 0 || wasCutOff(container);
}

function wasCutOff({ startedAtMs, finishedAtMs }: ObservedContainer): boolean {
  return startedAtMs !== undefined && (finishedAtMs === undefined || finishedAtMs < startedAtMs);
}
