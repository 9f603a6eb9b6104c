import { K4eError, hasCode } from '@k4e/core';
import type {
  CallOptions,
  Clock,
  ContainerRuntime,
  Disk,
  Logger,
  ObservedPod,
  RuntimeCapabilities,
  StateStore,
} from '@k4e/core/ports';
import { watchChanges } from './changes/index.ts';
import { createNoSpareRoom, createSpareRoom } from './full-disk/index.ts';
import { createEngineFacts, createLibpodApi, createLibpodClient } from './libpod/index.ts';
import type { EnginePod } from './libpod/index.ts';
import { createOnce } from './once.ts';
import { createOneAtATime, plainOptions } from './one-at-a-time.ts';
import { PODMAN_LIMITS } from './podman-limits.ts';
import type { PodmanLimits } from './podman-limits.ts';
import {
  DEFAULT_GRACE_MS,
  endContainers,
  endForRoom,
  findPod,
  isOwnedBy,
  isOwner,
  observePods,
  ownedContainers,
  ownedPods,
  preparePod,
  removeDoubtful,
  removeIfDamaged,
  removePod,
  startContainers,
  startPod,
} from './pods/index.ts';
import type { PodTools } from './pods/index.ts';
import { createContainerProber } from './probes/index.ts';
import { createNoNotes, createRepairLog, createUnsyncedNotes, takeRebuiltStorage } from './power-cuts/index.ts';

/** What a runtime on podman is made of. */
export interface PodmanRuntimeOptions {
  /** Where podman's API listens, such as `/run/podman/podman.sock`. */
  readonly socketPath: string;
  /** Whose pods these are: 1 to 63 characters of [A-Za-z0-9._-]. Pods of other owners are not seen. */
  readonly owner: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * What it takes to survive power cuts and a full disk: the disk that podman's storage is on, and where notes of what podman is
   * making can be kept. Without it, what a cut has damaged is repaired only where it makes a pod fail, and a pod that has filled
   * the disk may not be removable.
   */
  readonly storage?: { readonly disk: Disk; readonly state: StateStore };
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
  const settled = createOnce(() => settle(tools, options));
  const oneAtATime = createOneAtATime();
  const knownPods = new Set<string>();
  const watchTools = { ...tools, knownPods, random: options.random ?? Math.random };
  return {
    capabilities: ({ signal } = {}) => describeEngine(tools, plainOptions(signal)),
    list: async ({ signal } = {}) => {
      await settled(plainOptions(signal));
      return listPods(tools, knownPods, plainOptions(signal));
    },
    prepare: async (pod, { signal } = {}) => {
      await settled(plainOptions(signal));
      await tools.spareRoom.require();
      return preparePod(tools, pod, plainOptions(signal));
    },
    start: async (pod, { signal } = {}) => {
      await settled(plainOptions(signal));
      await tools.spareRoom.require();
      return oneAtATime(pod.name, signal, (callOptions) => startPod(tools, pod, callOptions));
    },
    repairs: () => tools.repairs.take(),
    restart: (name, { containers, signal } = {}) =>
      oneAtATime(name, signal, (callOptions) => restartPod(tools, name, containers, callOptions)),
    end: (name, { containers, graceMs = DEFAULT_GRACE_MS, signal }) =>
      oneAtATime(name, signal, async (callOptions) => {
        const pod = await ownedPod(tools, name, callOptions);
        await endContainers(tools, pod, containers, { ...callOptions, graceMs });
      }),
    probe: createContainerProber(tools),
    remove: (name, { graceMs = DEFAULT_GRACE_MS, signal } = {}) =>
      oneAtATime(name, signal, (callOptions) => removeOwned(tools, name, { ...callOptions, graceMs })),
    changes: (watchOptions) => watchChanges(watchTools, watchOptions),
  };
}

function createTools({ clock, limits, logger, owner, storage, socketPath }: PodmanRuntimeOptions): PodTools {
  const bounds = { ...PODMAN_LIMITS, ...limits };
  const api = createLibpodApi(createLibpodClient({ ...bounds, socketPath, clock }), bounds);
  const facts = createEngineFacts(api);
  const storageDirectory = async (call: CallOptions): Promise<string> => (await facts(call)).storageDirectory;
  const notes = storage === undefined ? createNoNotes() : createUnsyncedNotes({ ...storage, logger, storageDirectory });
  const spareRoom = storage === undefined ? createNoSpareRoom() : createSpareRoom(storage.disk, logger);
  return { api, facts, owner, clock, logger, notes, spareRoom, repairs: createRepairLog(logger) };
}

/** Before the first look at the pods: what was repaired before we began is told, what is in doubt is removed. */
async function settle(tools: PodTools, { logger, storage }: PodmanRuntimeOptions): Promise<void> {
  const rebuilt = storage === undefined ? undefined : await takeRebuiltStorage({ ...storage, logger }, {});
  if (rebuilt !== undefined) tools.repairs.add(rebuilt);
  await removeDoubtful(tools, {});
}

async function describeEngine({ api, facts }: PodTools, options: CallOptions): Promise<RuntimeCapabilities> {
  const { version } = await api.traits(options.signal);
  return { version: `podman ${version}`, rootful: (await facts(options)).isRootful };
}

async function listPods(
  { api, owner, spareRoom }: PodTools,
  knownPods: Set<string>,
  options: CallOptions,
): Promise<readonly ObservedPod[]> {
  await api.traits(options.signal);
  // It is a change to podman when a container has ended: it notes that.
  const [pods, containers] = await spareRoom.withRoom(() =>
    Promise.all([ownedPods(api, owner, options), ownedContainers(api, owner, options)]),
  );
  knownPods.clear();
  for (const pod of pods) knownPods.add(pod.Name);
  await spareRoom.keep(() => pods.length > 0);
  return observePods(pods, containers);
}

/** The pod of that name. Rejects with `NOT_FOUND` when there is none, or a foreign one. */
async function ownedPod({ api, owner }: PodTools, name: string, options: CallOptions): Promise<EnginePod> {
  const pod = await findPod(api, name, options);
  if (pod !== undefined && isOwnedBy(pod, owner)) return pod;
  throw new K4eError('NOT_FOUND', { subject: name });
}

async function restartPod(
  tools: PodTools,
  name: string,
  containers: readonly string[] | undefined,
  options: CallOptions,
): Promise<void> {
  const pod = await ownedPod(tools, name, options);
  await tools.spareRoom.require();
  try {
    await startContainers(tools, pod, { states: ['exited'], containers }, options);
  } catch (error) {
    await removeIfDamaged(tools, pod, error, options);
    throw error;
  }
}

async function removeOwned(
  tools: PodTools,
  name: string,
  options: CallOptions & { readonly graceMs: number },
): Promise<void> {
  const { api, clock, owner, spareRoom } = tools;
  const pod = await spareRoom.withRoom(() => findPod(api, name, options));
  if (pod === undefined || !isOwnedBy(pod, owner)) return;
  // Some podmans say so, others remove a pod and leave its files.
  if (await spareRoom.isFull()) await endForRoom(tools, pod, options);
  try {
    await removePod(api, pod, { ...options, clock });
  } catch (error) {
    // Somebody else may have removed it meanwhile, which is as good.
    if (!hasCode(error, 'RUNTIME_FAILED') || (await findPod(api, name, options))?.Id === pod.Id) throw error;
  }
  // Nobody looks again where that was the last one.
  await spareRoom.keep(async () => (await ownedPods(api, owner, options)).length > 0);
}
