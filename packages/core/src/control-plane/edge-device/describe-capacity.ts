import { MAX_DEVICE_DEPLOYMENTS } from '../../resources/index.ts';
import type { ConditionUpdate } from '../../resources/index.ts';
import { MAX_WORKLOADS_BYTES } from './fit-deployments.ts';

/** Type of the condition that a device has while deployments are left out. */
export const CAPACITY_CONDITION = 'Capacity';
/** Most left-out deployments that the condition names. */
const MAX_NAMED = 10;

/** Says which deployments a device has no room for; nothing while it has room for all. */
export function describeCapacity(leftOut: readonly string[]): ConditionUpdate[] {
  if (leftOut.length === 0) return [];
  const named = leftOut.slice(0, MAX_NAMED).join(', ');
  const more = leftOut.length > MAX_NAMED ? ` and ${leftOut.length - MAX_NAMED} more` : '';
  const limits = `${MAX_DEVICE_DEPLOYMENTS} deployments and ${MAX_WORKLOADS_BYTES / 1_024} KiB of them`;
  const message = `left out: ${named}${more}. A device is given at most ${limits}; narrow their selectors or remove others`;
  return [{ type: CAPACITY_CONDITION, status: 'False', reason: 'DeploymentsLeftOut', message }];
}
