import { errorText, hasCode } from '@k4e/core';
import type { CallOptions, PodRequest } from '@k4e/core/ports';
import type { EnginePod } from '../libpod/index.ts';
import { createPod } from './create-pod.ts';
import { findPod, isOwnedBy } from './engine-pods.ts';
import { readManifest } from './pod-manifest.ts';
import type { PodTools } from './pod-tools.ts';
import { removePod } from './remove-pod.ts';
import { startContainers } from './start-containers.ts';
import { engineNames, removeStorageLeftovers } from './storage-leftovers.ts';

/**
 * Creates a pod that is not there and starts it. When that fails nothing of it is left; when it is aborted, what was done
 * stays. Rejects with `ALREADY_EXISTS` when somebody else made a pod of that name in the meantime.
 */
export async function createAndStart(tools: PodTools, pod: PodRequest, options: CallOptions): Promise<void> {
  try {
    const created = await createWhereNamesAreFree(tools, pod, options);
    await startContainers(tools, created, { states: ['created', 'exited'] }, options);
  } catch (error) {
    if (!hasCode(error, 'ABORTED') && !hasCode(error, 'ALREADY_EXISTS')) await discard(tools, pod.name);
    throw error;
  }
}

/** Creates the pod; where a podman that died has left storage of the same name, removes that and tries once more. */
async function createWhereNamesAreFree(tools: PodTools, pod: PodRequest, options: CallOptions): Promise<EnginePod> {
  try {
    return await createPod(tools.api, pod, tools.owner, options);
  } catch (error) {
    if (!hasCode(error, 'RUNTIME_NAME_TAKEN')) throw error;
    const { containers, initContainers } = readManifest(pod).spec;
    const names = [...(initContainers ?? []), ...containers].map(({ name }) => name);
    if ((await removeStorageLeftovers(tools.api, engineNames(pod.name, names), options)) === 0) throw error;
    tools.logger.info('removed storage that a podman which died had left', { pod: pod.name });
    await discard(tools, pod.name);
    return createPod(tools.api, pod, tools.owner, options);
  }
}

/** Removes what a failed start left. When that fails too, `list` shows it and the caller's `remove` gets it. */
async function discard({ api, owner, clock, logger }: PodTools, name: string): Promise<void> {
  try {
    const left = await findPod(api, name, {});
    if (left !== undefined && isOwnedBy(left, owner)) await removePod(api, left, { graceMs: 0, clock });
  } catch (error) {
    const fields = { pod: name, error: errorText(error) };
    logger.warn('what is left of a pod that failed to start could not be removed', fields);
  }
}
