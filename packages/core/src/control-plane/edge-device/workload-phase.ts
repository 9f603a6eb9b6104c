import type { DeviceDeployment } from '../../resources/index.ts';

/** How a deployment fares on a device, in three classes. */
export type WorkloadClass = 'running' | 'failed' | 'pending';

/** Words of container runtimes for a pod that should run and does not. */
const FAILED_PHASES = new Set(['error', 'degraded', 'crashed', 'dead', 'failed']);

/** The class of an entry, by the runtime's word for the pod and by whether the device reports an error. */
export function classifyWorkload({ phase, message }: DeviceDeployment): WorkloadClass {
  const word = phase.toLowerCase();
  if (FAILED_PHASES.has(word)) return 'failed';
  if (word === 'running') return 'running';
  return message === undefined ? 'pending' : 'failed';
}
