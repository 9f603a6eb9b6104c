import type { ObservedPod } from '../../ports/index.ts';
import type { RemovalCause } from '../activity/index.ts';
import { dueAtMs } from './attempts.ts';
import type { Attempt } from './attempts.ts';
import type { DesiredWorkload, KnownPod, RunnablePod } from './desired-workload.ts';
import { condemnedContainers, diagnosePod } from './diagnose-pod.ts';
import type { PodDiagnosis } from './diagnose-pod.ts';
import type { WorkloadAction } from './workload-action.ts';
import type { WorkloadSituation } from './workload-situation.ts';

/** An action, when it may be done, in monotonic milliseconds, and what is remembered of its last try. */
export interface Step {
  readonly action: WorkloadAction;
  readonly dueMs: number;
  readonly attempt: Attempt | undefined;
}

/** What lies between the pods that are there and those that should be. Pure. */
export function decideSteps(situation: WorkloadSituation): readonly Step[] {
  const pods = new Map(situation.observed.map((pod) => [pod.name, pod]));
  const wanted = new Set(situation.desired.map(({ name }) => name));
  const unwanted = situation.observed.filter(({ name }) => !wanted.has(name));
  return [
    ...unwanted.map(({ name }) => removal(name, 'unwanted', situation)),
    ...situation.desired.flatMap((workload) => stepsFor(workload, pods.get(workload.name), situation)),
  ];
}

function stepsFor(
  workload: DesiredWorkload,
  observed: ObservedPod | undefined,
  situation: WorkloadSituation,
): readonly Step[] {
  const { name } = workload;
  if (workload.intent !== 'run') {
    return workload.intent === 'leave' || observed === undefined ? [] : [removal(name, 'withheld', situation)];
  }
  const { pod } = workload;
  const attempt = situation.runs.get(name);
  const dueMs = dueAtMs(attempt, pod.request.fingerprint);
  const start: Step = { action: { kind: 'start', name, pod }, dueMs, attempt };
  if (observed === undefined) return [start];
  const verdicts = situation.verdicts.get(name);
  const diagnosis = diagnosePod(pod, observed, verdicts);
  switch (diagnosis.state) {
    case 'fine':
    case 'crashed':
      return care(pod, observed, diagnosis, situation);
    case 'changed':
      return replacement(pod, observed, situation);
    case 'incomplete':
      return [later(removal(name, 'incomplete', situation), dueMs)];
    case 'unstarted':
      return [start];
  }
}

/** Of a pod that is what it should be, or was: what probes have given up is ended, what has crashed is started again. */
function care(
  pod: KnownPod,
  observed: ObservedPod,
  diagnosis: PodDiagnosis,
  situation: WorkloadSituation,
): readonly Step[] {
  const endings = ending(pod, observed, situation);
  if (diagnosis.state !== 'crashed') return endings;
  const { name } = observed;
  const attempt = situation.runs.get(name);
  const dueMs = dueAtMs(attempt, pod.request.fingerprint);
  return [...endings, { action: { kind: 'restart', name, pod, crashed: diagnosis.containers }, dueMs, attempt }];
}

/** Ends what probes have given up; once it has ended, it is a container that has crashed. */
function ending(pod: KnownPod, observed: ObservedPod, { verdicts, endings }: WorkloadSituation): readonly Step[] {
  const { name, fingerprint } = pod.request;
  const condemned = condemnedContainers(pod, observed, verdicts.get(name));
  if (condemned.length === 0) return [];
  const attempt = endings.get(name);
  return [{ action: { kind: 'end', name, pod, condemned }, dueMs: dueAtMs(attempt, fingerprint), attempt }];
}

/** Until the new pod is prepared, the old one is looked after. */
function replacement(pod: RunnablePod, observed: ObservedPod, situation: WorkloadSituation): readonly Step[] {
  const { name, fingerprint } = pod.request;
  const attempt = situation.preparations.get(name);
  const isPrepared = attempt?.fingerprint === fingerprint && attempt.failure === undefined;
  if (isPrepared) return [removal(name, 'changed', situation)];
  const prepare: Step = { action: { kind: 'prepare', name, pod }, dueMs: dueAtMs(attempt, fingerprint), attempt };
  return [prepare, ...upkeep(observed, situation)];
}

/** The care for a pod that is to be replaced, where it is known what it was made from and nothing of it is missing. */
function upkeep(observed: ObservedPod, situation: WorkloadSituation): readonly Step[] {
  const { known, verdicts } = situation;
  const pod = known.get(observed.name);
  if (pod === undefined) return [];
  const diagnosis = diagnosePod(pod, observed, verdicts.get(observed.name));
  const isWhole = diagnosis.state === 'fine' || diagnosis.state === 'crashed';
  return isWhole ? care(pod, observed, diagnosis, situation) : [];
}

function removal(name: string, cause: RemovalCause, { removals }: WorkloadSituation): Step {
  const attempt = removals.get(name);
  return { action: { kind: 'remove', name, cause }, dueMs: dueAtMs(attempt, undefined), attempt };
}

function later(step: Step, dueMs: number): Step {
  return { ...step, dueMs: Math.max(step.dueMs, dueMs) };
}
