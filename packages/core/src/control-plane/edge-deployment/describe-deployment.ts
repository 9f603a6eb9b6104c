import { MAX_LISTED_FAILURES, nextCondition } from '../../resources/index.ts';
import type { Condition, ConditionUpdate, EdgeDeployment, EdgeDeploymentStatus } from '../../resources/index.ts';
import type { Unsupported } from './unsupported.ts';
import type { Tally } from './deployment-tally.ts';

function describeAccepted(unsupported: readonly Unsupported[]): ConditionUpdate {
  if (unsupported.length === 0)
    return { type: 'Accepted', status: 'True', reason: 'Supported', message: 'the pod can run on devices' };
  const message = unsupported.map(({ path, reason }) => `${path}: ${reason}`).join('; ');
  return { type: 'Accepted', status: 'False', reason: 'UnsupportedPodSpec', message };
}

function describeReady(
  deployment: EdgeDeployment,
  accepted: boolean,
  { matched, running, failed, failures }: Tally,
): ConditionUpdate {
  const ready = (status: ConditionUpdate['status'], reason: string, message: string): ConditionUpdate => ({
    type: 'Ready',
    status,
    reason,
    message,
  });
  if (!accepted) return ready('False', 'NotAccepted', 'the pod is not sent to devices; see the condition Accepted');
  if (deployment.spec.device === undefined && deployment.spec.deviceSelector === undefined) {
    return ready('False', 'NoTarget', 'name a device with spec.device, or choose devices with spec.deviceSelector');
  }
  if (matched === 0)
    return ready('False', 'NoDeviceMatches', 'no device that has room matches; it is deployed as soon as one does');
  const [first] = sortedFailures(failures);
  if (first !== undefined)
    return ready(
      'False',
      'Failed',
      `${failed} of ${matched} devices report an error; ${first.device}: ${first.message}`,
    );
  if (running < matched) return ready('False', 'Deploying', `runs on ${running} of ${matched} devices`);
  return ready('True', 'Running', `runs on all ${matched} devices`);
}

function sortedFailures(failures: Tally['failures']): { device: string; message: string }[] {
  return [...failures].sort(([a], [b]) => (a < b ? -1 : 1)).map(([device, message]) => ({ device, message }));
}

/** The whole status of a deployment. Pure; transition times move only when a condition's status changes. */
export function describeDeployment(
  deployment: EdgeDeployment,
  unsupported: readonly Unsupported[],
  tally: Tally,
  nowMs: number,
): EdgeDeploymentStatus {
  const observed =
    deployment.metadata.generation === undefined ? {} : { observedGeneration: deployment.metadata.generation };
  const condition = (update: ConditionUpdate): Condition =>
    nextCondition(
      deployment.status?.conditions?.find(({ type }) => type === update.type),
      { ...update, ...observed },
      nowMs,
    );
  return {
    ...observed,
    matchedDevices: tally.matched,
    runningDevices: tally.running,
    failedDevices: tally.failed,
    summary: `${tally.running}/${tally.matched}`,
    failures: sortedFailures(tally.failures).slice(0, MAX_LISTED_FAILURES),
    conditions: [describeAccepted(unsupported), describeReady(deployment, unsupported.length === 0, tally)].map(
      condition,
    ),
  };
}
