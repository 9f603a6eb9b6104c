import type { CallOptions, ContainerState } from '@k4e/core/ports';
import { failure, isDone, refusalText } from '../libpod/index.ts';
import type { EngineContainer, EnginePod, LibpodApi } from '../libpod/index.ts';
import { podContainers } from './engine-pods.ts';
import { containerState, manifestName } from './observe-pods.ts';
import { labelledContainers } from './pod-labels.ts';

/**
 * Starts those containers of the pod that are in one of `states`, and of `options.containers` when those are named; first its infrastructure, which holds its network and
 * host ports, so that a taken port is told from a container that fails. Init containers that are left run before
 * them, one after the other. Rejects with the first failure, after all were tried.
 */
export async function startContainers(
  api: LibpodApi,
  pod: EnginePod,
  states: readonly ContainerState[],
  options: CallOptions & { readonly containers?: readonly string[] },
): Promise<void> {
  const containers = await podContainers(api, pod.Id, options);
  const startable = containers.filter(
    (container) =>
      states.includes(containerState(container)) &&
      (options.containers?.includes(manifestName(pod, container)) ?? true),
  );
  const infra = containers.find(({ IsInfra }) => IsInfra === true);
  if (infra !== undefined && startable.length > 0 && containerState(infra) !== 'running') {
    await start(api, pod, containers, `containers/${infra.Id}/start`, options);
  }
  const hasInitLeft = containers.some((container) => isUnfinishedInit(pod, container));
  const paths = hasInitLeft
    ? [`pods/${pod.Id}/start`]
    : startable.filter(({ IsInfra }) => IsInfra !== true).map(({ Id }) => `containers/${Id}/start`);
  const results = await Promise.allSettled(paths.map((path) => start(api, pod, containers, path, options)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Podman removes an init container once it has succeeded; one that is there has not. */
function isUnfinishedInit(pod: EnginePod, container: EngineContainer): boolean {
  const wanted = labelledContainers(pod.Labels);
  return container.IsInfra !== true && wanted?.includes(manifestName(pod, container)) === false;
}

async function start(
  api: LibpodApi,
  pod: EnginePod,
  containers: readonly EngineContainer[],
  path: string,
  { signal }: CallOptions,
): Promise<void> {
  const timeoutMs = api.limits.startTimeoutMs;
  const answer = await api.call({ method: 'POST', path, timeoutMs, timeoutCode: 'RUNTIME_FAILED', signal });
  if (isDone(answer)) return;
  throw failure(pod.Name, withNames(refusalText(answer), pod, containers), api.limits.errorTextLength);
}

/** Podman names containers by id in its errors; people know them by the name in the manifest. */
function withNames(text: string, pod: EnginePod, containers: readonly EngineContainer[]): string {
  return containers.reduce((words, container) => words.replaceAll(container.Id, manifestName(pod, container)), text);
}
