import type { EventRecorder } from '../../reconcile/index.ts';
import type { Condition, EdgeDevice } from '../../resources/index.ts';
import { CAPACITY_CONDITION } from './describe-capacity.ts';
import type { DevicePlan } from './plan-device.ts';

function capacityMessage(conditions: readonly Condition[] = []): string | undefined {
  return conditions.find(({ type }) => type === CAPACITY_CONDITION)?.message;
}

/**
 * Tells, as Kubernetes events on the device, what a pass over it changed. Call it once the plan is written. What is left
 * out comes first: events of one object are limited, and hundreds of assignments may follow.
 */
export function announceDeviceChanges(
  events: EventRecorder,
  device: EdgeDevice,
  { changes, fields }: DevicePlan,
): void {
  const normal = (reason: string, message: string): void =>
    events.record({ about: device, type: 'Normal', reason, message });
  const warn = (reason: string, message: string): void =>
    events.record({ about: device, type: 'Warning', reason, message });
  const full = capacityMessage(fields.conditions);
  if (full !== undefined && full !== capacityMessage(device.status?.conditions)) warn('DeploymentsLeftOut', full);
  for (const name of changes.assigned)
    normal('DeploymentAssigned', `EdgeDeployment ${name} is for this device; it is part of its configuration now`);
  for (const name of changes.withdrawn)
    normal(
      'DeploymentWithdrawn',
      `EdgeDeployment ${name} is no longer for this device; the device is told to remove it`,
    );
  for (const name of changes.removed) normal('DeploymentRemoved', `the device has removed EdgeDeployment ${name}`);
  for (const name of changes.abandoned) {
    warn(
      'WithdrawalUnconfirmed',
      `the device did not confirm within the grace period that EdgeDeployment ${name} is removed; it removes it when it comes back`,
    );
  }
  const before = device.status?.phase;
  const { phase } = fields;
  if (phase === before) return;
  if (phase === 'unreachable') warn('Unreachable', 'heartbeats have stopped; shown as unreachable until one arrives');
  if (before === 'unreachable' && phase !== 'deleting') normal('Reachable', 'heartbeats arrive again');
}
