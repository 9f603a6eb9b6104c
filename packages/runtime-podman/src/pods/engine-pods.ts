import type { CallOptions } from '@k4e/core/ports';
import * as z from 'zod';
import { ask, containerShape, filtersQuery, podShape } from '../libpod/index.ts';
import type { EngineContainer, EnginePod, LibpodApi } from '../libpod/index.ts';
import { isPodName } from './pod-name.ts';
import { OWNER_LABEL, ownedFilter } from './pod-labels.ts';

/** All pods of that owner, as podman lists them. */
export function ownedPods(api: LibpodApi, owner: string, { signal }: CallOptions): Promise<readonly EnginePod[]> {
  const query = filtersQuery(ownedFilter(owner));
  return ask(api, z.array(podShape), { method: 'GET', path: 'pods/json', query, signal });
}

/** All containers of that owner's pods, whatever their state; infrastructure containers may be missing. */
export function ownedContainers(
  api: LibpodApi,
  owner: string,
  { signal }: CallOptions,
): Promise<readonly EngineContainer[]> {
  const query = { all: 'true', ...filtersQuery(ownedFilter(owner)) };
  return ask(api, z.array(containerShape), { method: 'GET', path: 'containers/json', query, signal });
}

/** The pod of that name, whoever's it is. A name that no pod of ours can have finds none. */
export async function findPod(api: LibpodApi, name: string, { signal }: CallOptions): Promise<EnginePod | undefined> {
  if (!isPodName(name)) return undefined;
  const query = filtersQuery({ name: [`^${name.replaceAll('.', String.raw`\.`)}$`] });
  const pods = await ask(api, z.array(podShape), { method: 'GET', path: 'pods/json', query, signal });
  return pods.find((pod) => pod.Name === name);
}

/** The containers of one pod, infrastructure included, whatever their state. */
export function podContainers(
  api: LibpodApi,
  podId: string,
  { signal }: CallOptions,
): Promise<readonly EngineContainer[]> {
  const query = { all: 'true', ...filtersQuery({ pod: [podId] }) };
  return ask(api, z.array(containerShape), { method: 'GET', path: 'containers/json', query, signal });
}

/** Whether the pod is that owner's. */
export function isOwnedBy(pod: EnginePod, owner: string): boolean {
  return pod.Labels[OWNER_LABEL] === owner;
}
