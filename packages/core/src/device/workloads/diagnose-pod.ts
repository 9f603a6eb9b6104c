import type { ObservedContainer, ObservedPod } from '../../ports/index.ts';
import { verdictOn } from '../probes/index.ts';
import type { ContainerVerdict } from '../probes/index.ts';
import type { KnownPod, RestartPolicy } from './desired-workload.ts';

/** A container that has exited. `reason` says why it was ended, in words, where probes had it ended. */
export type EndedContainer = ObservedContainer & { readonly reason?: string };

/** A container that runs and has to be ended. */
export interface CondemnedContainer {
  readonly name: string;
  /** In words. */
  readonly reason: string;
  /** Between SIGTERM and SIGKILL, in milliseconds. */
  readonly graceMs: number;
}

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
  | { readonly state: 'crashed'; readonly containers: readonly EndedContainer[] };

/** Compares a pod that is there with the one that should be. Containers that somebody paused are left to them. */
export function diagnosePod(
  pod: KnownPod,
  observed: ObservedPod,
  verdicts: readonly ContainerVerdict[] = [],
): PodDiagnosis {
  if (observed.fingerprint !== pod.request.fingerprint) return { state: 'changed' };
  const present = new Set(observed.containers.map(({ name }) => name));
  if (pod.containers.some((name) => !present.has(name))) return { state: 'incomplete' };
  if (observed.containers.some(({ state }) => state === 'created')) return { state: 'unstarted' };
  const crashed = endedContainers(observed, verdicts).filter((one) => isToRestart(one, pod.restartPolicy));
  return crashed.length === 0 ? { state: 'fine' } : { state: 'crashed', containers: crashed };
}

/** The containers of a pod that have exited, with what probes had against them. */
export function endedContainers(
  { containers }: ObservedPod,
  verdicts: readonly ContainerVerdict[] = [],
): readonly EndedContainer[] {
  return containers
    .filter(({ state }) => state === 'exited')
    .map((container) => {
      const condemned = verdictOn(container, verdicts)?.condemned;
      return condemned === undefined ? container : { ...container, reason: condemned.reason };
    });
}

/** The containers of a pod that run although probes have given them up. */
export function condemnedContainers(
  pod: KnownPod,
  { containers }: ObservedPod,
  verdicts: readonly ContainerVerdict[] = [],
): readonly CondemnedContainer[] {
  return containers
    .filter(({ state }) => state === 'running')
    .flatMap((container) => {
      const condemned = verdictOn(container, verdicts)?.condemned;
      if (condemned === undefined) return [];
      return [{ name: container.name, reason: condemned.reason, graceMs: condemned.graceMs ?? pod.graceMs }];
    });
}

/**
 * A container that probes had ended has failed, whatever it exited with. One that was cut off, by a power cut or a kill of the
 * whole machine, has no end after its start: it has failed too, whatever exit code is on record.
 */
function isToRestart(container: EndedContainer, policy: RestartPolicy): boolean {
  if (policy === 'Never') return false;
  return policy === 'Always' || container.exitCode !== 0 || container.reason !== undefined || wasCutOff(container);
}

function wasCutOff({ startedAtMs, finishedAtMs }: ObservedContainer): boolean {
  return startedAtMs !== undefined && (finishedAtMs === undefined || finishedAtMs < startedAtMs);
}
