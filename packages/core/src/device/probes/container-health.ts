import type { ProbeOutcome } from '../../ports/index.ts';
import { PROBE_KINDS } from './container-probes.ts';
import type { ContainerProbes, ProbeKind, ProbePlan } from './container-probes.ts';

/** What the results of one probe have come to. */
export interface ProbeTally {
  /** `open` until one of the thresholds was reached for the first time. */
  readonly verdict: 'open' | 'passed' | 'failed';
  /** Results of the same sort in a row, up to now, and which sort. No more are counted than thresholds ask for. */
  readonly streak: number;
  readonly isGood: boolean;
  /** Why the last bad result was bad; absent before the first. */
  readonly reason?: string;
}

/** What is known of the health of a container since it was started. Absent tallies: no result yet. */
export type ContainerHealth = Readonly<Partial<Record<ProbeKind, ProbeTally>>>;

/** Nothing is known of a container that has just been started. */
export function newHealth(): ContainerHealth {
  return {};
}

/**
 * The probes that are to be made: the startup probe alone until it has passed, then the others; none of a container that a
 * startup or liveness probe has given up.
 */
export function dueProbes(probes: ContainerProbes, health: ContainerHealth): readonly ProbeKind[] {
  if (failedFor(probes, health) !== undefined) return [];
  const isStarted = probes.startup === undefined || health.startup?.verdict === 'passed';
  return PROBE_KINDS.filter((kind) => probes[kind] !== undefined && (kind === 'startup') !== isStarted);
}

/** The health after a result. A result of a probe that the container does not have, or that is not due, changes nothing. */
export function nextHealth(
  probes: ContainerProbes,
  health: ContainerHealth,
  kind: ProbeKind,
  outcome: ProbeOutcome,
): ContainerHealth {
  const plan = probes[kind];
  if (plan === undefined || !dueProbes(probes, health).includes(kind)) return health;
  return { ...health, [kind]: nextTally(plan, health[kind], outcome) };
}

function nextTally(plan: ProbePlan, before: ProbeTally | undefined, outcome: ProbeOutcome): ProbeTally {
  const { isGood } = outcome;
  const threshold = isGood ? plan.successThreshold : plan.failureThreshold;
  const streak = Math.min(threshold, before?.isGood === isGood ? before.streak + 1 : 1);
  const reason = outcome.isGood ? before?.reason : outcome.reason;
  return {
    verdict: streak < threshold ? (before?.verdict ?? 'open') : isGood ? 'passed' : 'failed',
    streak,
    isGood,
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The probe because of which the container has to be ended, if one has failed. */
export function failedFor(probes: ContainerProbes, health: ContainerHealth): 'startup' | 'liveness' | undefined {
  return (['startup', 'liveness'] as const).find(
    (kind) => probes[kind] !== undefined && health[kind]?.verdict === 'failed',
  );
}

/** Why a container is not ready, in words; `undefined` for one that is, and for one that nothing asks. */
export function unreadiness(probes: ContainerProbes, health: ContainerHealth): string | undefined {
  const waitsFor = (['startup', 'readiness'] as const).find(
    (kind) => probes[kind] !== undefined && health[kind]?.verdict !== 'passed',
  );
  if (waitsFor === undefined) return undefined;
  const tally = health[waitsFor];
  const reason = tally?.isGood === false ? tally.reason : undefined;
  return `container ${probes.container} is not ready${reason === undefined ? ' yet' : `: ${waitsFor} probe: ${reason}`}`;
}
