import { canonicalJson } from '../../foundation/index.ts';
import type { ObservedContainer, ObservedPod } from '../../ports/index.ts';
import type { DueItem } from '../../reconcile/index.ts';
import { newHealth } from './container-health.ts';
import type { ContainerHealth } from './container-health.ts';
import type { ContainerProbes, ProbeKind, ProbePlan } from './container-probes.ts';

/** One run of a container, from a start to the next. */
export interface ProbedLife {
  /** Of the container, as `pod/container`. */
  readonly key: string;
  readonly workload: string;
  readonly fingerprint: string | undefined;
  readonly startedAtMs: number | undefined;
  /** When it was first seen to run; monotonic milliseconds. */
  readonly beganMs: number;
  readonly probes: ContainerProbes;
  /** Probes that wait to be made, or are being made. */
  readonly waiting: Map<ProbeKind, DueProbe>;
  isRunning: boolean;
  health: ContainerHealth;
  /** Why the last probe could not be made. */
  trouble: string | undefined;
}

/** A probe that waits for its time. */
export interface DueProbe extends DueItem {
  readonly life: ProbedLife;
  readonly kind: ProbeKind;
  readonly plan: ProbePlan;
}

/** The life of a container that was seen to run for the first time. */
export function beginLife(
  key: string,
  { name, fingerprint }: Pick<ObservedPod, 'name' | 'fingerprint'>,
  probes: ContainerProbes,
  { startedAtMs }: ObservedContainer,
  beganMs: number,
): ProbedLife {
  return {
    key,
    workload: name,
    fingerprint,
    startedAtMs,
    beganMs,
    probes,
    waiting: new Map(),
    isRunning: true,
    health: newHealth(),
    trouble: undefined,
  };
}

/** Whether what was seen is still the same run of a container, with the same probes. */
export function isSameLife(
  life: ProbedLife,
  { fingerprint }: Pick<ObservedPod, 'fingerprint'>,
  probes: ContainerProbes,
  { startedAtMs }: ObservedContainer,
): boolean {
  const isSameRun = life.fingerprint === fingerprint && life.startedAtMs === startedAtMs;
  return isSameRun && (life.probes === probes || canonicalJson(life.probes) === canonicalJson(probes));
}
