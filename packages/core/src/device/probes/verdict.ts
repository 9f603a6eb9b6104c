import type { ObservedContainer } from '../../ports/index.ts';
import { failedFor, unreadiness } from './container-health.ts';
import type { ContainerHealth } from './container-health.ts';
import type { ContainerProbes } from './container-probes.ts';

/** Why a container has to be ended, and how. */
export interface Condemnation {
  /** In words, such as `container web failed its liveness probe 3 times: it ended with 1`. */
  readonly reason: string;
  /** Between SIGTERM and SIGKILL, in milliseconds. Absent: the pod's. */
  readonly graceMs?: number;
}

/** What probes say of one run of a container. */
export interface ContainerVerdict {
  readonly container: string;
  /** Which run: `ObservedContainer.startedAtMs`. */
  readonly startedAtMs: number | undefined;
  readonly condemned?: Condemnation;
  /** Why it is not ready, in words; absent when it is. */
  readonly unready?: string;
  /** Why it cannot be probed, in words; absent when it can. */
  readonly trouble?: string;
}

/** What probes say of containers, by workload; nothing of those that have none. */
export type Verdicts = ReadonlyMap<string, readonly ContainerVerdict[]>;

/** What is to be said of a container with that health. */
export function verdictOf(
  probes: ContainerProbes,
  health: ContainerHealth,
  startedAtMs: number | undefined,
): ContainerVerdict {
  const failed = failedFor(probes, health);
  const unready = unreadiness(probes, health);
  const words = { container: probes.container, startedAtMs, ...(unready === undefined ? {} : { unready }) };
  if (failed === undefined) return words;
  const { streak = 0, reason = '' } = health[failed] ?? {};
  const times = streak === 1 ? '' : ` ${streak} times`;
  const graceMs = probes[failed]?.graceMs;
  return {
    ...words,
    condemned: {
      reason: `container ${probes.container} failed its ${failed} probe${times}: ${reason}`,
      ...(graceMs === undefined ? {} : { graceMs }),
    },
  };
}

/** The verdict on that run of a container, running or ended; `undefined` where there is none. */
export function verdictOn(
  { name, startedAtMs }: ObservedContainer,
  verdicts: readonly ContainerVerdict[],
): ContainerVerdict | undefined {
  return verdicts.find((verdict) => verdict.container === name && verdict.startedAtMs === startedAtMs);
}
