import { K4eError, hasCode, sleep } from '@k4e/core';
import type { CallOptions, ContainerState } from '@k4e/core/ports';
import { failure, isDone, refusalText } from '../libpod/index.ts';
import type { EngineContainer, EnginePod, LibpodApi } from '../libpod/index.ts';
import { allEnded } from './all-ended.ts';
import { podContainers } from './engine-pods.ts';
import { containerState, isInit, manifestName } from './observe-pods.ts';
import type { PodTools } from './pod-tools.ts';

/** How often a pod is looked at whose init containers run already: a start that was cut off goes on in the engine. */
const INIT_POLL_MS = 200;
/** How often a start is tried again that met another one of the same pod. */
const MAX_COLLISIONS = 5;

/** Which containers are meant: those in one of the states, and, when names are given, of one of the names. */
export interface ContainerChoice {
  readonly states: readonly ContainerState[];
  readonly containers?: readonly string[] | undefined;
}

/**
 * Starts those containers of the pod that are meant; first its infrastructure, which holds its network and
 * host ports, so that a taken port is told from a container that fails. Init containers that are left run before
 * them, one after the other. Rejects with the first failure, after all were tried.
 */
export async function startContainers(
  tools: PodTools,
  pod: EnginePod,
  choice: ContainerChoice,
  options: CallOptions,
): Promise<void> {
  for (let collisions = 1; ; collisions++) {
    const containers = await quietContainers(tools, pod, options);
    try {
      return await startThose(tools.api, pod, containers, choice, options);
    } catch (error) {
      if (!hasCode(error, 'CONFLICT')) throw error;
      if (collisions > MAX_COLLISIONS) throw new K4eError('RUNTIME_FAILED', { subject: pod.Name, cause: error });
      await sleep(tools.clock, INIT_POLL_MS, options);
    }
  }
}

/** The pod's containers once no init container runs. */
async function quietContainers(
  { api, clock }: PodTools,
  pod: EnginePod,
  options: CallOptions,
): Promise<readonly EngineContainer[]> {
  const untilMs = clock.monotonicMs() + api.limits.startTimeoutMs;
  for (;;) {
    const containers = await podContainers(api, pod.Id, options);
    const running = containers.find((one) => isInit(pod, one) && containerState(one) === 'running');
    if (running === undefined) return containers;
    if (clock.monotonicMs() >= untilMs) {
      const message = `init container ${manifestName(pod, running)} does not end`;
      throw new K4eError('RUNTIME_FAILED', { subject: pod.Name, message });
    }
    await sleep(clock, INIT_POLL_MS, options);
  }
}

async function startThose(
  api: LibpodApi,
  pod: EnginePod,
  containers: readonly EngineContainer[],
  choice: ContainerChoice,
  options: CallOptions,
): Promise<void> {
  const { states, containers: names } = choice;
  const startable = containers.filter(
    (one) =>
      one.IsInfra !== true && states.includes(containerState(one)) && names?.includes(manifestName(pod, one)) !== false,
  );
  const infra = containers.find(({ IsInfra }) => IsInfra === true);
  if (infra !== undefined && startable.length > 0 && containerState(infra) !== 'running') {
    await start(api, pod, containers, `containers/${infra.Id}/start`, options);
  }
  const paths = containers.some((container) => isInit(pod, container))
    ? [`pods/${pod.Id}/start`]
    : startable.map(({ Id }) => `containers/${Id}/start`);
  await allEnded(paths.map((path) => start(api, pod, containers, path, options)));
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
