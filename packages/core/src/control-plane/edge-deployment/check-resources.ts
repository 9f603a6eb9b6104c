import { isRecord } from '../../foundation/index.ts';
import type { Unsupported } from './unsupported.ts';

const RESOURCE_NAMES = ['cpu', 'memory'];

/** Refuses limits and requests of a container that devices do not enforce. */
export function checkResources(resources: unknown, path: string): Unsupported[] {
  if (!isRecord(resources)) return [];
  return ['limits', 'requests'].flatMap((field) => {
    const amounts = resources[field];
    const foreign = isRecord(amounts) ? Object.keys(amounts).filter((name) => !RESOURCE_NAMES.includes(name)) : [];
    return foreign.map((name) => ({ path: `${path}.${field}.${name}`, reason: 'devices limit cpu and memory only' }));
  });
}
