import type { ObservedContainer, ObservedPod, OpenPort } from '../../ports/index.ts';
import type { RemovalCause } from '../activity/index.ts';
import type { Attempt } from './attempts.ts';
import { dueAtMs } from './attempts.ts';
import type { DesiredWorkload, RunnablePod } from './desired-workload.ts';
import { diagnosePod } from './diagnose-pod.ts';
import { byName, portsOverlap } from './host-ports.ts';

/** One thing to do. A pod is replaced by removing it; once it is gone the next plan starts the new one. */
export type WorkloadAction =
  | { readonly kind: 'remove'; readonly name: string; readonly cause: RemovalCause }
  | { readonly kind: 'start'; readonly name: string; readonly pod: RunnablePod }
  | {
      readonly kind: 'restart';
      readonly name: string;
      readonly pod: RunnablePod;
      readonly crashed: readonly ObservedContainer[];
    };

/** Everything that a plan depends on. Of a workload that is `busy` nothing new is decided until that has ended. */
export interface WorkloadSituation {
  readonly desired: readonly DesiredWorkload[];
  readonly observed: readonly ObservedPod[];
  /** Last tries to get a pod up, by workload. */
  readonly runs: ReadonlyMap<string, Attempt>;
  /** Last tries to get a pod away, by workload. */
  readonly removals: ReadonlyMap<string, Attempt>;
  readonly busy: ReadonlyMap<string, WorkloadAction['kind']>;
  /** Host ports of the pods that are there, as far as they are known. */
  readonly heldPorts: ReadonlyMap<string, readonly OpenPort[]>;
  /** Monotonic milliseconds. */
  readonly nowMs: number;
}

/** What to do now. */
export interface WorkloadPlan {
  /** Removals first, and what failed least before the rest. */
  readonly actions: readonly WorkloadAction[];
  /** When to look again though nothing happens; monotonic milliseconds. */
  readonly lookAgainAtMs: number | undefined;
  /**
   * Whether the configuration is in force: nothing of an older one is left, and every workload runs, is being started,
   * or was tried and says why it does not run.
   */
  readonly isInForce: boolean;
}

interface Step {
  readonly action: WorkloadAction;
  readonly dueMs: number;
  readonly attempt: Attempt | undefined;
}

/**
 * Decides how to make the pods on the device those of the configuration. Pure, and level-based: the order of the lists
 * means nothing, and doing what it says, then planning again, ends in an empty plan. What fits is never touched.
 */
export function planWorkloads(situation: WorkloadSituation): WorkloadPlan {
  const { busy, nowMs } = situation;
  const steps = decideSteps(situation);
  const leaving = leavingPods(situation, steps);
  const free = steps.filter(({ action }) => !busy.has(action.name) && !waitsForPorts(action, leaving, situation));
  const later = free.map(({ dueMs }) => dueMs).filter((dueMs) => dueMs > nowMs && dueMs < Infinity);
  return {
    actions: free
      .filter(({ dueMs }) => dueMs <= nowMs)
      .sort(byUrgency)
      .map(({ action }) => action),
    lookAgainAtMs: later.length === 0 ? undefined : Math.min(...later),
    isInForce: leaving.size === 0 && steps.every((step) => busy.has(step.action.name) || wasTried(step)),
  };
}

function decideSteps(situation: WorkloadSituation): readonly Step[] {
  const pods = new Map(situation.observed.map((pod) => [pod.name, pod]));
  const wanted = new Set(situation.desired.map(({ name }) => name));
  const unwanted = situation.observed.filter(({ name }) => !wanted.has(name));
  return [
    ...unwanted.map(({ name }) => removal(name, 'unwanted', situation)),
    ...situation.desired.flatMap((workload) => decideStep(workload, pods.get(workload.name), situation) ?? []),
  ];
}

function decideStep(
  workload: DesiredWorkload,
  observed: ObservedPod | undefined,
  situation: WorkloadSituation,
): Step | undefined {
  const { name } = workload;
  if (workload.intent !== 'run') {
    return workload.intent === 'leave' || observed === undefined ? undefined : removal(name, 'withheld', situation);
  }
  const { pod } = workload;
  const attempt = situation.runs.get(name);
  const dueMs = dueAtMs(attempt, pod.request.fingerprint);
  const start: Step = { action: { kind: 'start', name, pod }, dueMs, attempt };
  if (observed === undefined) return start;
  const diagnosis = diagnosePod(pod, observed);
  switch (diagnosis.state) {
    case 'fine':
      return undefined;
    case 'changed':
      return removal(name, 'changed', situation);
    case 'incomplete':
      return later(removal(name, 'incomplete', situation), dueMs);
    case 'unstarted':
      return start;
    case 'crashed':
      return { action: { kind: 'restart', name, pod, crashed: diagnosis.containers }, dueMs, attempt };
  }
}

function removal(name: string, cause: RemovalCause, { removals }: WorkloadSituation): Step {
  const attempt = removals.get(name);
  return { action: { kind: 'remove', name, cause }, dueMs: dueAtMs(attempt, undefined), attempt };
}

function later(step: Step, dueMs: number): Step {
  return { ...step, dueMs: Math.max(step.dueMs, dueMs) };
}

function wasTried({ action, attempt }: Step): boolean {
  return (
    action.kind === 'restart' || (action.kind === 'start' && attempt?.fingerprint === action.pod.request.fingerprint)
  );
}

/** Pods on their way out, which still hold their host ports. */
function leavingPods({ busy }: WorkloadSituation, steps: readonly Step[]): ReadonlySet<string> {
  const decided = steps.filter(({ action }) => action.kind === 'remove').map(({ action }) => action.name);
  const begun = [...busy].filter(([, kind]) => kind === 'remove').map(([name]) => name);
  return new Set([...decided, ...begun]);
}

/**
 * Whether a start has to wait until others have let go of its host ports. A pod from before this process started may
 * hold any port; it is waited for as long as its removal has not failed.
 */
function waitsForPorts(
  action: WorkloadAction,
  leaving: ReadonlySet<string>,
  { heldPorts, removals }: WorkloadSituation,
): boolean {
  if (action.kind === 'remove' || action.pod.ports.length === 0) return false;
  return [...leaving].some((name) => {
    const held = heldPorts.get(name);
    if (held === undefined) return (removals.get(name)?.failures ?? 0) === 0;
    return name !== action.name && portsOverlap(held, action.pod.ports);
  });
}

const KIND_ORDER = ['remove', 'start', 'restart'] as const;

function byUrgency(a: Step, b: Step): number {
  const byKind = KIND_ORDER.indexOf(a.action.kind) - KIND_ORDER.indexOf(b.action.kind);
  return byKind || failuresOf(a) - failuresOf(b) || byName(a.action, b.action);
}

function failuresOf({ attempt }: Step): number {
  return attempt?.failures ?? 0;
}
