import type { EventRecorder } from '../../reconcile/index.ts';
import type { EdgeDevice } from '../../resources/index.ts';
import type { DevicePlan } from './plan-device.ts';

/** Tells, as Kubernetes events on the device, what a pass over it changed. Call it once the plan is written. */
export function announceDeviceChanges(
  events: EventRecorder,
  device: EdgeDevice,
  { changes, fields }: DevicePlan,
): void {
  const normal = (reason: string, message: string): void =>
    events.record({ about: device, type: 'Normal', reason, message });
  const warn = (reason: string, message: string): void =>
    events.record({ about: device, type: 'Warning', reason, message });
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
