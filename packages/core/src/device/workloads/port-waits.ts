import type { OpenPort } from '../../ports/index.ts';
import type { Step } from './decide-steps.ts';
import { portsOverlap } from './host-ports.ts';
import type { WorkloadSituation } from './workload-situation.ts';

/** Pods that stay for now, and pods on their way out: both hold their host ports. By workload. */
export interface PortHolders {
  /** Pods that run until their successors can take over. */
  readonly kept: ReadonlySet<string>;
  /** Pods that are being removed, or are about to be. */
  readonly leaving: ReadonlySet<string>;
}

/**
 * Tells the pods that are to be replaced and stay for now from those that go: a pod stays until its successor is prepared,
 * and as long as another pod that stays holds a host port of its successor.
 */
export function findPortHolders(steps: readonly Step[], situation: WorkloadSituation): PortHolders {
  const { busy, known } = situation;
  const kept = new Set(steps.filter(({ action }) => action.kind === 'prepare').map(({ action }) => action.name));
  const successors = successorPorts(steps, situation);
  const isHeldUp = ([name, ports]: readonly [string, readonly OpenPort[]]): boolean =>
    !kept.has(name) && [...kept].some((other) => portsOverlap(known.get(other)?.ports ?? [], ports));
  for (let next = successors.find(isHeldUp); next !== undefined; next = successors.find(isHeldUp)) kept.add(next[0]);
  const decided = steps.filter(({ action }) => action.kind === 'remove' && !kept.has(action.name));
  const begun = [...busy].filter(([, kind]) => kind === 'remove').map(([name]) => name);
  return { kept, leaving: new Set([...decided.map(({ action }) => action.name), ...begun]) };
}

/**
 * Whether a step has to wait until others have let go of its host ports. A leaving pod of which nothing is known may hold
 * any port; it is waited for as long as its removal has not failed. One whose successor is being prepared is waited for
 * where it is known to hold the port, as long as that has not failed: who comes then fails, and says who holds it.
 */
export function waitsForPorts(
  { action }: Step,
  steps: readonly Step[],
  { kept, leaving }: PortHolders,
  { known, removals }: WorkloadSituation,
): boolean {
  if (action.kind === 'prepare' || action.kind === 'end') return false;
  if (action.kind === 'remove') return kept.has(action.name);
  if (action.pod.ports.length === 0) return false;
  const holds = (name: string): boolean | undefined => {
    const pod = known.get(name);
    return pod === undefined ? undefined : name !== action.name && portsOverlap(pod.ports, action.pod.ports);
  };
  return (
    [...leaving].some((name) => holds(name) ?? (removals.get(name)?.failures ?? 0) === 0) ||
    steps.some((step) => isToBeLeft(step) && holds(step.action.name) === true)
  );
}

function successorPorts(
  steps: readonly Step[],
  { desired }: WorkloadSituation,
): readonly (readonly [string, readonly OpenPort[]])[] {
  const replaced = new Set(
    steps.flatMap(({ action }) => (action.kind === 'remove' && action.cause === 'changed' ? [action.name] : [])),
  );
  return desired.flatMap((workload) =>
    workload.intent === 'run' && replaced.has(workload.name) ? [[workload.name, workload.pod.ports] as const] : [],
  );
}

/** Whether the step prepares a successor, and has not failed to. */
function isToBeLeft({ action, attempt }: Step): boolean {
  if (action.kind !== 'prepare') return false;
  return attempt?.fingerprint !== action.pod.request.fingerprint || attempt.failure === undefined;
}
