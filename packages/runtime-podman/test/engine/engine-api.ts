import axios from 'axios';
import * as z from 'zod';

/** What somebody else does with podman's API, beside the adapter under test and without its code. */
export interface EngineApi {
  get(path: string): Promise<unknown>;
  post(path: string, body?: string): Promise<unknown>;
  delete(path: string): Promise<unknown>;
}

/** Creates a client of the API at that socket; statuses of 400 and more are errors. */
export function createEngineApi(socketPath: string): EngineApi {
  const http = axios.create({ baseURL: 'http://podman/v4.0.0/libpod/', socketPath, proxy: false });
  const headers = { 'Content-Type': 'application/yaml' };
  return {
    get: async (path) => (await http.get<unknown>(path)).data,
    post: async (path, body) => (await http.post<unknown>(path, body, { headers })).data,
    delete: async (path) => (await http.delete<unknown>(path)).data,
  };
}

const podShape = z.object({
  Id: z.string(),
  InfraContainerID: z.string().optional(),
  Containers: z.array(z.object({ Id: z.string(), Name: z.string(), State: z.string() })),
});

const stateShape = z.object({ Id: z.string(), State: z.object({ Status: z.string(), StartedAt: z.string() }) });

/** A container of a pod, infrastructure left out. */
export interface PodMember {
  readonly id: string;
  /** Podman's name: the pod's, and the container's in the manifest. */
  readonly name: string;
  readonly state: string;
}

/** Names of all pods, sorted. */
export async function podNames(api: EngineApi): Promise<readonly string[]> {
  const pods = z.array(z.object({ Name: z.string() })).parse(await api.get('pods/json'));
  return pods.map(({ Name }) => Name).sort();
}

/** The containers of a pod, sorted by name; `undefined` without the pod. */
export async function podMembers(api: EngineApi, pod: string): Promise<readonly PodMember[] | undefined> {
  if (!(await podNames(api)).includes(pod)) return undefined;
  const { Containers, InfraContainerID } = podShape.parse(await api.get(`pods/${pod}/json`));
  return Containers.filter(({ Id }) => Id !== InfraContainerID)
    .map(({ Id, Name, State }) => ({ id: Id, name: Name, state: State }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A text that changes whenever the container is made, started or stopped. */
export async function containerTrace(api: EngineApi, id: string): Promise<string> {
  const { State } = stateShape.parse(await api.get(`containers/${id}/json`));
  return `${id} ${State.Status} ${State.StartedAt}`;
}

/** Removes a pod. Podman 4.3 takes 3 s for it, unless its infrastructure is stopped by name before. */
export async function removePod(api: EngineApi, pod: string): Promise<void> {
  const { Containers, InfraContainerID } = podShape.parse(await api.get(`pods/${pod}/json`));
  const infraLast = [...Containers].sort((a) => (a.Id === InfraContainerID ? 1 : -1));
  for (const { Id, State } of infraLast) {
    if (State === 'running') await api.post(`containers/${Id}/stop?timeout=0`).catch(() => undefined);
  }
  await api.delete(`pods/${pod}?force=true`);
}
