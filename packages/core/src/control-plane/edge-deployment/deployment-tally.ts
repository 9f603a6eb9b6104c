import { resourceKey } from '../../resources/index.ts';
import type { EdgeDevice } from '../../resources/index.ts';
import { classifyWorkload } from '../edge-device/index.ts';
import type { WorkloadClass } from '../edge-device/index.ts';

/** How a deployment fares over its devices. */
export interface Tally {
  readonly matched: number;
  readonly running: number;
  readonly failed: number;
  /** Device name to what it reports. */
  readonly failures: ReadonlyMap<string, string>;
}

interface Counter {
  readonly classes: Map<string, WorkloadClass>;
  readonly failures: Map<string, string>;
  readonly counts: Record<WorkloadClass, number>;
}

const EMPTY: Tally = { matched: 0, running: 0, failed: 0, failures: new Map() };

/**
 * Counts how deployments fare, device by device as devices change: a change costs as much as the device has entries,
 * however large the fleet is.
 */
export interface DeploymentTally {
  /** Takes a device in, or out when `current` is missing. Returns the keys of the deployments whose count may have changed. */
  update(previous: EdgeDevice | undefined, current: EdgeDevice | undefined): string[];
  /** By `namespace/name` of the deployment. */
  of(deploymentKey: string): Tally;
}

function wantedEntries(device: EdgeDevice | undefined) {
  return (device?.status?.deployments ?? []).filter(
    ({ assignedTime, withdrawnTime }) => assignedTime !== undefined && withdrawnTime === undefined,
  );
}

/** Creates an empty tally. */
export function createDeploymentTally(): DeploymentTally {
  const counters = new Map<string, Counter>();
  const counterOf = (key: string): Counter => {
    const counter = counters.get(key) ?? {
      classes: new Map(),
      failures: new Map(),
      counts: { running: 0, failed: 0, pending: 0 },
    };
    counters.set(key, counter);
    return counter;
  };
  const takeOut = (key: string, device: string): void => {
    const counter = counterOf(key);
    const before = counter.classes.get(device);
    if (before !== undefined) counter.counts[before] -= 1;
    counter.classes.delete(device);
    counter.failures.delete(device);
    if (counter.classes.size === 0) counters.delete(key);
  };
  return {
    update(previous, current) {
      const device = (current ?? previous)?.metadata;
      if (device === undefined) return [];
      const keyOf = (name: string): string => resourceKey({ namespace: device.namespace, name });
      const touched = new Set<string>(
        [...wantedEntries(previous), ...wantedEntries(current)].map(({ name }) => keyOf(name)),
      );
      for (const key of touched) takeOut(key, device.name);
      for (const entry of wantedEntries(current)) {
        const counter = counterOf(keyOf(entry.name));
        const workloadClass = classifyWorkload(entry);
        counter.classes.set(device.name, workloadClass);
        counter.counts[workloadClass] += 1;
        if (workloadClass === 'failed') counter.failures.set(device.name, entry.message ?? entry.phase);
      }
      return [...touched];
    },
    of(deploymentKey) {
      const counter = counters.get(deploymentKey);
      if (counter === undefined) return EMPTY;
      const { classes, counts, failures } = counter;
      return { matched: classes.size, running: counts.running, failed: counts.failed, failures };
    },
  };
}
