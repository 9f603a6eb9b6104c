import { MAX_DEVICE_DEPLOYMENTS } from '../../resources/index.ts';
import type { DeviceDeployment, EdgeDeployment } from '../../resources/index.ts';

/**
 * Most bytes that the workloads of a device take in its configuration, as JSON: 900 KiB. It leaves room for the settings
 * and the message around them below the 1 MiB that an answer may have.
 */
export const MAX_WORKLOADS_BYTES = 921_600;

/** The deployments of a device, parted by what it can carry. */
export interface FittedDeployments {
  readonly fitting: readonly EdgeDeployment[];
  /** Names of those that there is no room for, sorted. */
  readonly leftOut: readonly string[];
}

function byName(a: EdgeDeployment, b: EdgeDeployment): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

/**
 * Chooses which of the deployments that are for a device it is given: those that it has first, then the others, each by
 * name, as long as entries and bytes suffice. One that is too large does not keep a smaller one out. An entry that is
 * on its way out keeps its place until it is gone. Fitting what fits again changes nothing.
 */
export function fitDeployments(
  wanted: readonly EdgeDeployment[],
  entries: readonly DeviceDeployment[],
  sizeBytesOf: (deployment: EdgeDeployment) => number,
): FittedDeployments {
  const known = new Map(entries.map((entry) => [entry.name, entry]));
  const has = ({ metadata: { name } }: EdgeDeployment): boolean => {
    const { assignedTime, withdrawnTime } = known.get(name) ?? {};
    return assignedTime !== undefined && withdrawnTime === undefined;
  };
  const [held, others] = [wanted.filter(has), wanted.filter((deployment) => !has(deployment))];
  const fitting: EdgeDeployment[] = [];
  const leftOut: string[] = [];
  let freePlaces = MAX_DEVICE_DEPLOYMENTS - known.size;
  let freeBytes = MAX_WORKLOADS_BYTES;
  for (const deployment of [...held.sort(byName), ...others.sort(byName)]) {
    const places = known.has(deployment.metadata.name) ? 0 : 1;
    const bytes = sizeBytesOf(deployment);
    if (places > freePlaces || bytes > freeBytes) {
      leftOut.push(deployment.metadata.name);
      continue;
    }
    freePlaces -= places;
    freeBytes -= bytes;
    fitting.push(deployment);
  }
  return { fitting, leftOut: leftOut.sort() };
}
