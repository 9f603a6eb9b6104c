import { decideSteps } from './decide-steps.ts';
import type { Step } from './decide-steps.ts';
import { byName } from './host-ports.ts';
import { findPortHolders, waitsForPorts } from './port-waits.ts';
import type { WorkloadAction } from './workload-action.ts';
import type { WorkloadSituation } from './workload-situation.ts';

/** What to do now. */
export interface WorkloadPlan {
  /** Removals first, and what failed least before the rest. */
  readonly actions: readonly WorkloadAction[];
  /** When to look again though nothing happens; monotonic milliseconds. */
  readonly lookAgainAtMs: number | undefined;
  /**
   * Whether the configuration is in force: nothing of an older one is left but what is kept until its successor can take
   * over, and every workload runs, is being started or prepared, or was tried and says why it does not run.
   */
  readonly isInForce: boolean;
}

/**
 * Decides how to make the pods on the device those of the configuration. Pure, and level-based: the order of the lists
 * means nothing, and doing what it says, then planning again, ends in an empty plan. What fits is never touched.
 */
export function planWorkloads(situation: WorkloadSituation): WorkloadPlan {
  const { nowMs } = situation;
  const steps = decideSteps(situation);
  const holders = findPortHolders(steps, situation);
  const free = steps.filter((step) => !isUnderWay(step, situation) && !waitsForPorts(step, steps, holders, situation));
  const later = free.map(({ dueMs }) => dueMs).filter((dueMs) => dueMs > nowMs && dueMs < Infinity);
  return {
    actions: free
      .filter(({ dueMs }) => dueMs <= nowMs)
      .sort(byUrgency)
      .map(({ action }) => action),
    lookAgainAtMs: later.length === 0 ? undefined : Math.min(...later),
    isInForce: holders.leaving.size === 0 && steps.every((step) => isUnderWay(step, situation) || wasTried(step)),
  };
}

function isUnderWay({ action }: Step, { busy, preparing }: WorkloadSituation): boolean {
  return action.kind === 'prepare' ? preparing.has(action.name) : busy.has(action.name);
}

/** Of a removal: the pod stays for now, because of another that says why. */
function wasTried({ action, attempt }: Step): boolean {
  if (action.kind === 'remove' || action.kind === 'end' || action.kind === 'restart') return true;
  return attempt?.fingerprint === action.pod.request.fingerprint;
}

const KIND_ORDER = ['remove', 'prepare', 'end', 'start', 'restart'] as const;

function byUrgency(a: Step, b: Step): number {
  const byKind = KIND_ORDER.indexOf(a.action.kind) - KIND_ORDER.indexOf(b.action.kind);
  return byKind || failuresOf(a) - failuresOf(b) || byName(a.action, b.action);
}

function failuresOf({ attempt }: Step): number {
  return attempt?.failures ?? 0;
}
