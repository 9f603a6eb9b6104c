import type { ObservedPod } from '../../ports/index.ts';
import { verdictOn } from '../probes/index.ts';
import type { ContainerVerdict, Verdicts } from '../probes/index.ts';
import type { Attempt } from './attempts.ts';
import type { DesiredWorkload, RunnablePod } from './desired-workload.ts';
import { diagnosePod, endedContainers } from './diagnose-pod.ts';
import type { EndedContainer } from './diagnose-pod.ts';
import { byName } from './host-ports.ts';

/** Longest message of a report, in characters; what a status holds. */
export const MAX_REPORT_MESSAGE = 1_024;

/** Status of a workload that could not be run; `message` says why. */
export const STATUS_ERROR = 'Error';
/** Status of a workload that is being started, or about to be. */
export const STATUS_DEPLOYING = 'Deploying';
/** Status of a workload while the container runtime cannot be asked. */
export const STATUS_UNKNOWN = 'Unknown';

/** How a workload fares. */
export interface WorkloadReport {
  readonly name: string;
  /** The runtime's own word for its pod, or one of `STATUS_ERROR`, `STATUS_DEPLOYING`, `STATUS_UNKNOWN`. */
  readonly status: string;
  /** What is wrong, in words; absent when nothing is. */
  readonly message?: string;
  /** When it is tried again, monotonic milliseconds; absent when no try is planned. */
  readonly retryAtMs?: number;
}

/** What reports are made of. */
export interface ReportedSituation {
  readonly desired: readonly DesiredWorkload[];
  /** `undefined`: the pods were never seen. */
  readonly observed: readonly ObservedPod[] | undefined;
  readonly runs: ReadonlyMap<string, Attempt>;
  readonly removals: ReadonlyMap<string, Attempt>;
  readonly preparations: ReadonlyMap<string, Attempt>;
  readonly endings: ReadonlyMap<string, Attempt>;
  readonly verdicts: Verdicts;
  /** Why the container runtime cannot be asked, while it cannot. */
  readonly outage: string | undefined;
}

/**
 * How each workload fares, by name: those of the configuration, and pods of ours that are not in it and still there.
 * Pure.
 */
export function reportWorkloads(situation: ReportedSituation): readonly WorkloadReport[] {
  const { desired, observed = [], removals, outage } = situation;
  const wanted = new Set(desired.map(({ name }) => name));
  const pods = new Map(observed.map((pod) => [pod.name, pod]));
  const unwanted = observed.filter(({ name }) => !wanted.has(name));
  return [
    ...desired.map((workload) => reportWorkload(workload, pods.get(workload.name), situation)),
    ...unwanted.map(({ name, status }) =>
      outage === undefined
        ? { name, status, ...failureOf(removals.get(name)) }
        : { name, status: STATUS_UNKNOWN, message: outage },
    ),
  ]
    .map(bounded)
    .sort(byName);
}

function reportWorkload(
  workload: DesiredWorkload,
  observed: ObservedPod | undefined,
  { runs, removals, preparations, endings, verdicts, outage, observed: seen }: ReportedSituation,
): WorkloadReport {
  const { name } = workload;
  if (workload.intent !== 'run' || workload.problem !== undefined) {
    return { name, status: STATUS_ERROR, message: problemText(workload) };
  }
  if (outage !== undefined) return { name, status: STATUS_UNKNOWN, message: outage };
  if (seen === undefined) return { name, status: STATUS_DEPLOYING };
  const { pod } = workload;
  const said = verdicts.get(name) ?? [];
  const diagnosis = observed === undefined ? undefined : diagnosePod(pod, observed, said);
  const attempt = attemptOf(pod, diagnosis?.state === 'changed' ? preparations : runs);
  if (observed !== undefined && diagnosis?.state === 'fine') {
    return { name, status: observed.status, ...complaints(observed, said, endings.get(name)) };
  }
  if (attempt?.failure !== undefined) {
    const failure = diagnosis?.state === 'changed' ? keptText(attempt.failure) : attempt.failure;
    return { name, status: STATUS_ERROR, ...failureOf({ ...attempt, failure }) };
  }
  if (observed !== undefined && diagnosis?.state === 'crashed' && attempt !== undefined) {
    return { name, status: observed.status, ...crashOf(diagnosis.containers, attempt) };
  }
  const removal = failureOf(removals.get(name));
  return { name, status: removal.message === undefined ? STATUS_DEPLOYING : STATUS_ERROR, ...removal };
}

function problemText(workload: DesiredWorkload): string {
  const { problem = '' } = workload;
  return workload.intent === 'run' ? keptText(problem) : problem;
}

/** A problem that keeps a workload as it was. */
export function keptText(problem: string): string {
  return `${problem}; the version before it is kept running`;
}

/** The last try of just this pod. */
function attemptOf({ request }: RunnablePod, attempts: ReadonlyMap<string, Attempt>): Attempt | undefined {
  const last = attempts.get(request.name);
  return last?.fingerprint === request.fingerprint ? last : undefined;
}

type Trouble = Pick<WorkloadReport, 'message' | 'retryAtMs'>;

function failureOf(attempt: Attempt | undefined): Trouble {
  if (attempt?.failure === undefined) return {};
  const { failure: message, notBeforeMs } = attempt;
  return { message, ...(notBeforeMs === Infinity ? {} : { retryAtMs: notBeforeMs }) };
}

/** Of a pod that is as it should be: containers that ended badly and stay so, and what probes say of those that run. */
function complaints(
  observed: ObservedPod,
  verdicts: readonly ContainerVerdict[],
  ending: Attempt | undefined,
): Trouble {
  const failed = endedContainers(observed, verdicts).filter(({ exitCode, reason }) => exitCode !== 0 || reason);
  const running = observed.containers
    .filter(({ state }) => state === 'running')
    .map((container) => verdictOn(container, verdicts))
    .flatMap((verdict) => verdict?.condemned?.reason ?? verdict?.trouble ?? verdict?.unready ?? []);
  const { message = '', ...retry } = failureOf(ending);
  const words = [...(failed.length === 0 ? [] : [exitText(failed)]), ...running, ...(message === '' ? [] : [message])];
  return words.length === 0 ? {} : { message: words.join('; '), ...retry };
}

function crashOf(containers: readonly EndedContainer[], { repairs, notBeforeMs }: Attempt): Trouble {
  const times = repairs === 0 ? '' : `; started again ${repairs} ${repairs === 1 ? 'time' : 'times'}`;
  return { message: `${exitText(containers)}${times}`, retryAtMs: notBeforeMs };
}

/** Which containers exited, and how, or why they were ended. */
export function exitText(containers: readonly EndedContainer[]): string {
  return containers
    .map(({ name, exitCode, reason }) => {
      return reason ?? `container ${name} exited${exitCode === undefined ? '' : ` with code ${exitCode}`}`;
    })
    .join(', ');
}

function bounded(report: WorkloadReport): WorkloadReport {
  const { message } = report;
  return message === undefined ? report : { ...report, message: message.slice(0, MAX_REPORT_MESSAGE) };
}
