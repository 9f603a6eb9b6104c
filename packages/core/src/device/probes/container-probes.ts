import type { ProbeAction } from '../../ports/index.ts';

/** What a probe is for, in the order of their precedence. */
export const PROBE_KINDS = ['startup', 'liveness', 'readiness'] as const;

/** What a probe is for. */
export type ProbeKind = (typeof PROBE_KINDS)[number];

/** How a probe is made, and what its results come to. */
export interface ProbePlan {
  readonly action: ProbeAction;
  /** From the start of the container to the first probe, in milliseconds. */
  readonly initialDelayMs: number;
  /** From the begin of one probe to that of the next, in milliseconds. */
  readonly periodMs: number;
  /** How long one may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Good results in a row that make it pass. */
  readonly successThreshold: number;
  /** Bad results in a row that make it fail. */
  readonly failureThreshold: number;
  /** Between SIGTERM and SIGKILL of a container that it ends, in milliseconds. Absent: the pod's. */
  readonly graceMs?: number;
}

/** The probes of a container. */
export interface ContainerProbes extends Readonly<Partial<Record<ProbeKind, ProbePlan>>> {
  /** The container's name in its pod. */
  readonly container: string;
}
