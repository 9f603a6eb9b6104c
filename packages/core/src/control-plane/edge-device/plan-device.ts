import type { EdgeDeployment, EdgeDevice, EdgeDeviceStatus } from '../../resources/index.ts';
import { CONTROLLER_CONDITIONS, describeConditions, describePhase } from './describe-device.ts';
import { WORKLOAD_LABEL_PREFIX } from './field-owners.ts';
import type { Liveness } from './liveness.ts';
import { planAssignments } from './plan-assignments.ts';
import type { Assignment, AssignmentPlan } from './plan-assignments.ts';
import { classifyWorkload } from './workload-phase.ts';

/** The controller's part of a device's status. */
export type ControllerFields = Pick<EdgeDeviceStatus, 'phase' | 'configurationVersion' | 'workloads' | 'conditions'> & {
  readonly deployments: readonly Assignment[];
};

/** What a pass over a device decides on. */
export interface DeviceSituation {
  readonly device: EdgeDevice;
  /** The accepted deployments that are for it and that it has room for, none of them being deleted. */
  readonly deployments: readonly EdgeDeployment[];
  /** Names of those that it has no room for. */
  readonly leftOut: readonly string[];
  /** The version of the configuration that makes the device run these. */
  readonly configurationVersion: string;
  readonly liveness: Liveness;
  readonly nowMs: number;
  readonly gracePeriodMs: number;
}

/** What a pass over a device does. */
export interface DevicePlan {
  readonly fields: ControllerFields;
  readonly labels: Readonly<Record<string, string>>;
  readonly changes: AssignmentPlan;
  /** When to look again, though nothing happens. */
  readonly requeueAfterMs: number | undefined;
}

function countWorkloads(
  device: EdgeDevice,
  assignments: readonly Assignment[],
): Pick<ControllerFields, 'workloads'> & { readonly wanted: ReturnType<typeof wantedEntries> } {
  const wanted = wantedEntries(device, assignments);
  const running = wanted.filter((entry) => classifyWorkload(entry) === 'running').length;
  return { wanted, workloads: { wanted: wanted.length, running, summary: `${running}/${wanted.length}` } };
}

function wantedEntries(device: EdgeDevice, assignments: readonly Assignment[]) {
  const entries = new Map((device.status?.deployments ?? []).map((entry) => [entry.name, entry]));
  return assignments
    .filter(({ withdrawnTime }) => withdrawnTime === undefined)
    .map(({ name }) => entries.get(name) ?? { name, phase: 'Deploying' });
}

/** Whether a deployment leaves files for upload. */
export function hasFiles({ spec }: EdgeDeployment): boolean {
  return (spec.data?.paths ?? []).length > 0;
}

function earliest(...delaysMs: (number | undefined)[]): number | undefined {
  const known = delaysMs.flatMap((delayMs) => (delayMs === undefined ? [] : [Math.max(0, delayMs)]));
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Decides all that the controller has to say of a device. Pure; applying the plan and planning again changes nothing. */
export function planDevice(situation: DeviceSituation): DevicePlan {
  const { device, deployments, leftOut, configurationVersion, liveness, nowMs, gracePeriodMs } = situation;
  const changes = planAssignments(device, {
    wanted: new Set(deployments.map(({ metadata }) => metadata.name)),
    nowMs,
    gracePeriodMs,
    isSynced: device.status?.lastSyncedResourceVersion === configurationVersion,
  });
  const { wanted, workloads } = countWorkloads(device, changes.assignments);
  const uploading = new Set(deployments.filter(hasFiles).map(({ metadata }) => metadata.name));
  const facts = { device, liveness, configurationVersion, deployments: wanted, uploading, leftOut, nowMs };
  return {
    fields: {
      phase: describePhase(facts),
      configurationVersion,
      workloads,
      conditions: describeConditions(facts),
      deployments: changes.assignments,
    },
    labels: Object.fromEntries(wanted.map(({ name }) => [`${WORKLOAD_LABEL_PREFIX}${name}`, 'true'])),
    changes,
    requeueAfterMs: earliest(
      liveness.state === 'alive' ? liveness.changesInMs : undefined,
      changes.nextDueMs === undefined ? undefined : changes.nextDueMs - nowMs,
    ),
  };
}

/** The controller's part of `status` as it stands, to tell whether a plan changes anything. */
export function controllerFields(status: EdgeDeviceStatus | undefined): Partial<ControllerFields> {
  const { phase, configurationVersion, workloads, conditions, deployments = [] } = status ?? {};
  const assignments = deployments
    .map(({ name, assignedTime, withdrawnTime }) => ({ name, assignedTime, withdrawnTime }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const own = conditions?.filter(({ type }) => CONTROLLER_CONDITIONS.includes(type));
  const sorted = own?.toSorted((a, b) => (a.type < b.type ? -1 : 1));
  return { phase, configurationVersion, workloads, conditions: sorted, deployments: assignments };
}
