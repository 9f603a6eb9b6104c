import type { CallOptions } from '@k4e/core/ports';
import * as z from 'zod';
import { ask, containerShape, isDone } from '../libpod/index.ts';
import type { EnginePod, LibpodApi } from '../libpod/index.ts';
import { allEnded } from './all-ended.ts';
import { labelledContainers } from './pod-labels.ts';

/** Podman's word for storage that no container has: it died between making the one and the other. */
const STORAGE_ONLY = 'storage';

/**
 * Removes storage that podman made for containers of those names and then, because it died, never made the containers.
 * It would hold the names for ever. Containers of anybody's are not touched. Answers how many were removed.
 */
export async function removeStorageLeftovers(
  api: LibpodApi,
  names: ReadonlySet<string>,
  { signal }: CallOptions,
): Promise<number> {
  const query = { all: 'true', external: 'true' };
  const all = await ask(api, z.array(containerShape), { method: 'GET', path: 'containers/json', query, signal });
  const leftovers = all.filter(({ Names, State }) => State === STORAGE_ONLY && Names.some((name) => names.has(name)));
  const removed = leftovers.map(async ({ Id }) => {
    return isDone(await api.call({ method: 'DELETE', path: `containers/${Id}`, query: { force: 'true' }, signal }));
  });
  return (await allEnded(removed)).filter(Boolean).length;
}

/** The names that podman gives to the containers of a pod that was created from a manifest with those names. */
export function engineNames(podName: string, containerNames: readonly string[]): ReadonlySet<string> {
  return new Set(containerNames.map((name) => `${podName}-${name}`));
}

/** The names of all containers that a pod has or should have, its infrastructure too. */
export function wantedEngineNames(pod: EnginePod): Set<string> {
  const names = engineNames(pod.Name, labelledContainers(pod.Labels) ?? []);
  return new Set([...names, `${pod.Id.slice(0, 12)}-infra`]);
}
