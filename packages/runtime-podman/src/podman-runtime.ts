import { K4eError, hasCode } from '@k4e/core';
import type { CallOptions, Clock, ContainerRuntime, Logger, ObservedPod, RuntimeCapabilities } from '@k4e/core/ports';
import { giveUpFutureStreams, watchChanges } from './changes/index.ts';
import type { OpenStreams } from './changes/index.ts';
import { ask, createLibpodApi, createLibpodClient, infoShape } from './libpod/index.ts';
import type { LibpodApi } from './libpod/index.ts';
import { createOneAtATime, plainOptions } from './one-at-a-time.ts';
import { PODMAN_LIMITS } from './podman-limits.ts';
import type { PodmanLimits } from './podman-limits.ts';
import { findPod, isOwnedBy, isOwner, observePods, ownedContainers, ownedPods } from './pods/index.ts';
import { DEFAULT_GRACE_MS, preparePod, removePod, startContainers, startPod } from './pods/index.ts';
import type { PodTools } from './pods/index.ts';

/** What a runtime on podman is made of. */
export interface PodmanRuntimeOptions {
  /** Where podman's API listens, such as `/run/podman/podman.sock`. */
  readonly socketPath: string;
  /** Whose pods these are: 1 to 63 characters of [A-Za-z0-9._-]. Pods of other owners are not seen. */
  readonly owner: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Numbers in [0, 1), for the jitter of reconnects. Default `Math.random`. */
  readonly random?: () => number;
  /** Bounds that differ from `PODMAN_LIMITS`. */
  readonly limits?: Partial<PodmanLimits>;
}

/**
 * Creates a runtime on podman 4.3 or newer, over its REST API. Nothing is connected until it is used, and nothing
 * needs to be closed. Throws `CONFIG_INVALID` for an owner that cannot be a label.
 */
export function createPodmanRuntime(options: PodmanRuntimeOptions): ContainerRuntime {
  if (!isOwner(options.owner)) {
    const message = 'the owner has to be 1 to 63 characters of [A-Za-z0-9._-]';
    throw new K4eError('CONFIG_INVALID', { subject: options.owner.slice(0, 100), message, retry: 'never' });
  }
  const tools = createTools(options);
  const oneAtATime = createOneAtATime();
  const knownPods = new Set<string>();
  const streams: OpenStreams = new Set();
  const watchTools = { ...tools, knownPods, streams, random: options.random ?? Math.random };
  return {
    capabilities: createCapabilities(tools.api),
    list: ({ signal } = {}) => {
      giveUpFutureStreams(streams, options.clock.nowMs());
      return listPods(tools, knownPods, plainOptions(signal));
    },
    prepare: (pod, { signal } = {}) => preparePod(tools, pod, plainOptions(signal)),
    start: (pod, { signal } = {}) => oneAtATime(pod.name, signal, (callOptions) => startPod(tools, pod, callOptions)),
    restart: (name, { containers, signal } = {}) =>
      oneAtATime(name, signal, (callOptions) => restartPod(tools, name, containers, callOptions)),
    remove: (name, { graceMs = DEFAULT_GRACE_MS, signal } = {}) =>
      oneAtATime(name, signal, (callOptions) => removeOwned(tools, name, { ...callOptions, graceMs })),
    changes: (watchOptions) => watchChanges(watchTools, watchOptions),
  };
}

function createTools({ clock, limits, logger, owner, socketPath }: PodmanRuntimeOptions): PodTools {
  const bounds = { ...PODMAN_LIMITS, ...limits };
  const client = createLibpodClient({ ...bounds, socketPath, clock });
  return { api: createLibpodApi(client, bounds), owner, clock, logger };
}

/** Whether podman is rootless costs it up to a second to tell, and does not change: asked once. */
function createCapabilities(api: LibpodApi): ContainerRuntime['capabilities'] {
  let isRootful: boolean | undefined;
  return async ({ signal } = {}): Promise<RuntimeCapabilities> => {
    const { version } = await api.traits(signal);
    isRootful ??= !(await ask(api, infoShape, { method: 'GET', path: 'info', signal })).host.security.rootless;
    return { version: `podman ${version}`, rootful: isRootful };
  };
}

async function listPods(
  { api, owner }: PodTools,
  knownPods: Set<string>,
  options: CallOptions,
): Promise<readonly ObservedPod[]> {
  await api.traits(options.signal);
  const [pods, containers] = await Promise.all([ownedPods(api, owner, options), ownedContainers(api, owner, options)]);
  knownPods.clear();
  for (const pod of pods) knownPods.add(pod.Name);
  return observePods(pods, containers);
}

async function restartPod(
  tools: PodTools,
  name: string,
  containers: readonly string[] | undefined,
  options: CallOptions,
): Promise<void> {
  const pod = await findPod(tools.api, name, options);
  if (pod === undefined || !isOwnedBy(pod, tools.owner)) throw new K4eError('NOT_FOUND', { subject: name });
  await startContainers(tools, pod, { states: ['exited'], containers }, options);
}

async function removeOwned(
  { api, clock, owner }: PodTools,
  name: string,
  options: CallOptions & { readonly graceMs: number },
): Promise<void> {
  const pod = await findPod(api, name, options);
  if (pod === undefined || !isOwnedBy(pod, owner)) return;
  try {
    await removePod(api, pod, { ...options, clock });
  } catch (error) {
    // Somebody else may have removed it meanwhile, which is as good.
    if (!hasCode(error, 'RUNTIME_FAILED') || (await findPod(api, name, options))?.Id === pod.Id) throw error;
  }
}
