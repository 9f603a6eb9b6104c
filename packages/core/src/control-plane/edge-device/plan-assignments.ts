import type { DeviceDeployment, EdgeDevice } from '../../resources/index.ts';
import { isAssigned } from './reported-fields.ts';

/** The controller's part of a deployment's entry in the status of a device. */
export type Assignment = Pick<DeviceDeployment, 'name' | 'assignedTime' | 'withdrawnTime'>;

/** What becomes of the deployments of a device. */
export interface AssignmentPlan {
  readonly assignments: readonly Assignment[];
  /** Names that are new, that were withdrawn just now, that the device has let go, and that are dropped unconfirmed. */
  readonly assigned: readonly string[];
  readonly withdrawn: readonly string[];
  readonly removed: readonly string[];
  readonly abandoned: readonly string[];
  /** When a withdrawal runs out of grace. */
  readonly nextDueMs: number | undefined;
}

/** What the decision hangs on besides the device. */
export interface AssignmentFacts {
  /** Names of the deployments that are for this device. */
  readonly wanted: ReadonlySet<string>;
  readonly nowMs: number;
  readonly gracePeriodMs: number;
  /** Whether the device has applied the configuration that follows from these entries. */
  readonly isSynced: boolean;
}

type Fate =
  | { readonly kind: 'keep' | 'assigned' | 'withdrawn'; readonly assignment: Assignment; readonly dueMs?: number }
  | { readonly kind: 'removed' | 'abandoned'; readonly name: string };

function decideEntry({ name, assignedTime, withdrawnTime }: DeviceDeployment, facts: AssignmentFacts): Fate {
  const now = new Date(facts.nowMs).toISOString();
  if (facts.wanted.has(name)) {
    const keeps = assignedTime !== undefined && withdrawnTime === undefined;
    return { kind: keeps ? 'keep' : 'assigned', assignment: { name, assignedTime: keeps ? assignedTime : now } };
  }
  if (assignedTime === undefined) return { kind: 'removed', name };
  if (withdrawnTime === undefined) {
    return {
      kind: 'withdrawn',
      assignment: { name, assignedTime, withdrawnTime: now },
      dueMs: facts.nowMs + facts.gracePeriodMs,
    };
  }
  if (facts.isSynced) return { kind: 'removed', name };
  const dueMs = Date.parse(withdrawnTime) + facts.gracePeriodMs;
  return facts.nowMs >= dueMs
    ? { kind: 'abandoned', name }
    : { kind: 'keep', assignment: { name, assignedTime, withdrawnTime }, dueMs };
}

/**
 * Brings the entries of a device in line with the deployments that are for it. A deployment that is no longer wanted is
 * withdrawn first: the device is not told of it any more, and its entry stays to show how it fares until the device has
 * applied a configuration without it, or the grace period is over.
 */
export function planAssignments(device: EdgeDevice, facts: AssignmentFacts): AssignmentPlan {
  const entries = device.status?.deployments ?? [];
  const known = new Set(entries.map(({ name }) => name));
  const fresh: DeviceDeployment[] = [...facts.wanted]
    .filter((name) => !known.has(name))
    .map((name) => ({ name, phase: 'Deploying' }));
  const fates = [...entries, ...fresh].map((entry) => decideEntry(entry, facts));
  const held = fates.flatMap((fate) => ('assignment' in fate ? [fate] : []));
  const names = (kind: Fate['kind']): string[] =>
    fates.filter((fate) => fate.kind === kind).map((fate) => ('assignment' in fate ? fate.assignment.name : fate.name));
  const dueTimes = held.flatMap(({ dueMs }) => (dueMs === undefined ? [] : [dueMs]));
  return {
    assignments: held.map(({ assignment }) => assignment).sort((a, b) => (a.name < b.name ? -1 : 1)),
    assigned: names('assigned'),
    withdrawn: names('withdrawn'),
    removed: names('removed').filter((name) => entries.some((entry) => entry.name === name && isAssigned(entry))),
    abandoned: names('abandoned'),
    nextDueMs: dueTimes.length === 0 ? undefined : Math.min(...dueTimes),
  };
}
