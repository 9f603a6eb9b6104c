import { DEFAULT_HEARTBEAT_PERIOD_SECONDS, nextCondition } from '../../resources/index.ts';
import type { Condition, ConditionUpdate, DeviceDeployment, EdgeDevice } from '../../resources/index.ts';
import { CAPACITY_CONDITION, describeCapacity } from './describe-capacity.ts';
import { UPLOADS_CONDITION, describeUploads } from './describe-uploads.ts';
import type { Liveness } from './liveness.ts';
import { classifyWorkload } from './workload-phase.ts';

/** Types of the conditions that the controller of devices has; others have other owners. */
export const CONTROLLER_CONDITIONS: readonly string[] = [
  CAPACITY_CONDITION,
  'Ready',
  'Synced',
  UPLOADS_CONDITION,
  'WorkloadsReady',
];

/** What the conditions of a device are told from. */
export interface DeviceFacts {
  readonly device: EdgeDevice;
  readonly liveness: Liveness;
  /** The version that the device should have applied. */
  readonly configurationVersion: string;
  /** The entries that it should run. */
  readonly deployments: readonly DeviceDeployment[];
  /** Names of those of them that have files to upload. */
  readonly uploading: ReadonlySet<string>;
  /** Names of the deployments that it has no room for. */
  readonly leftOut: readonly string[];
  readonly nowMs: number;
}

/** One word for a device: `deleting`, `registered`, `unreachable`, or what it says of itself. */
export function describePhase({ device, liveness }: DeviceFacts): string {
  if (device.metadata.deletionTimestamp !== undefined) return 'deleting';
  if (liveness.state === 'never') return 'registered';
  return liveness.state === 'silent' ? 'unreachable' : (device.status?.reportedPhase ?? 'up');
}

function describeReady({ device, liveness }: DeviceFacts): ConditionUpdate {
  const seconds = device.spec?.heartbeat?.periodSeconds ?? DEFAULT_HEARTBEAT_PERIOD_SECONDS;
  switch (liveness.state) {
    case 'never':
      return {
        type: 'Ready',
        status: 'Unknown',
        reason: 'NoHeartbeatYet',
        message: 'the device has registered; its first heartbeat is awaited',
      };
    case 'alive':
      return {
        type: 'Ready',
        status: 'True',
        reason: 'HeartbeatsArrive',
        message: `the device reports every ${seconds} s`,
      };
    case 'silent': {
      const since = new Date(liveness.sinceMs).toISOString();
      const message = `no heartbeat since ${since}; one is expected every ${seconds} s. Its workloads keep running if it is only cut off`;
      return { type: 'Ready', status: 'False', reason: 'HeartbeatsStopped', message };
    }
  }
}

function describeSynced({ device, configurationVersion }: DeviceFacts): ConditionUpdate {
  const applied = device.status?.lastSyncedResourceVersion;
  if (applied === configurationVersion)
    return {
      type: 'Synced',
      status: 'True',
      reason: 'ConfigurationApplied',
      message: 'the device has applied its configuration',
    };
  const has = applied ?? 'none yet';
  return {
    type: 'Synced',
    status: 'False',
    reason: 'ConfigurationPending',
    message: `configuration ${configurationVersion} is to be applied; the device has ${has}`,
  };
}

function describeWorkloads({ deployments }: DeviceFacts): ConditionUpdate {
  const failed = deployments.find((entry) => classifyWorkload(entry) === 'failed');
  if (failed !== undefined) {
    return {
      type: 'WorkloadsReady',
      status: 'False',
      reason: 'WorkloadFailed',
      message: `${failed.name}: ${failed.message ?? failed.phase}`,
    };
  }
  const pending = deployments.filter((entry) => classifyWorkload(entry) === 'pending').map(({ name }) => name);
  if (pending.length > 0)
    return {
      type: 'WorkloadsReady',
      status: 'False',
      reason: 'WorkloadsPending',
      message: `not running yet: ${pending.join(', ')}`,
    };
  return {
    type: 'WorkloadsReady',
    status: 'True',
    reason: 'AllRunning',
    message: deployments.length === 0 ? 'no workloads are wanted' : 'all workloads run',
  };
}

/** The conditions of a device, sorted by type; transition times move only when a status changes. */
export function describeConditions(facts: DeviceFacts): Condition[] {
  const { metadata, status } = facts.device;
  const observed = metadata.generation === undefined ? {} : { observedGeneration: metadata.generation };
  const updates = [
    ...describeCapacity(facts.leftOut),
    describeReady(facts),
    describeSynced(facts),
    ...describeUploads(facts),
    describeWorkloads(facts),
  ];
  return updates.map((update) =>
    nextCondition(
      status?.conditions?.find(({ type }) => type === update.type),
      { ...update, ...observed },
      facts.nowMs,
    ),
  );
}
