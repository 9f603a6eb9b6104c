import { K4eError, errorText, hasCode } from '@k4e/core';
import type { CallOptions, PodRequest } from '@k4e/core/ports';
import type { EnginePod } from '../libpod/index.ts';
import { findPod, isOwnedBy, podContainers } from './engine-pods.ts';
import { observePod } from './observe-pods.ts';
import type { PodTools } from './pod-tools.ts';
import { checkRequest, preparePod } from './prepare-pod.ts';
import { createOnSoundStorage, removeIfDamaged } from './repair-storage.ts';
import { DEFAULT_GRACE_MS, removePod } from './remove-pod.ts';
import { startContainers } from './start-containers.ts';

/** `ContainerRuntime.start`: brings the pod to be there with all containers started, as the port's table has it. */
export async function startPod(tools: PodTools, pod: PodRequest, options: CallOptions): Promise<void> {
  checkRequest(pod);
  const existing = await findPod(tools.api, pod.name, options);
  if (existing !== undefined && (await startExisting(tools, pod, existing, options))) return;
  await preparePod(tools, pod, options);
  const change = { kind: 'pod', name: pod.name } as const;
  await tools.notes.begin([change]);
  try {
    await createOnSoundStorage(tools, pod, options);
  } catch (error) {
    // Somebody was quicker: another process, or a start of ours that was cut off here and went on in the engine.
    const other = hasCode(error, 'ALREADY_EXISTS') ? await findPod(tools.api, pod.name, options) : undefined;
    if (other === undefined || !(await startExisting(tools, pod, other, options))) throw error;
  } finally {
    tools.notes.end([change]);
  }
}

/**
 * Goes on with a pod that is there. Answers false when that cannot be done and it has been removed: its start was cut off
 * before all of it had run, as by a death of podman in the middle, or its storage is damaged.
 */
async function startExisting(
  tools: PodTools,
  pod: PodRequest,
  existing: EnginePod,
  options: CallOptions,
): Promise<boolean> {
  if (!isOwnedBy(existing, tools.owner)) throw new K4eError('RUNTIME_NAME_TAKEN', { subject: pod.name });
  const observed = observePod(existing, await podContainers(tools.api, existing.Id, options));
  if (observed.fingerprint !== pod.fingerprint) {
    const message = 'another version of the pod is there, or a part of one; it has to be removed first';
    throw new K4eError('CONFLICT', { subject: pod.name, message });
  }
  try {
    await startContainers(tools, existing, { states: ['created', 'exited'] }, options);
    return true;
  } catch (error) {
    if (await removeIfDamaged(tools, existing, error, options)) return false;
    const wasCutOff = observed.containers.some(({ state }) => state === 'created');
    if (!wasCutOff || !(hasCode(error, 'RUNTIME_FAILED') || hasCode(error, 'RUNTIME_PORT_TAKEN'))) throw error;
    tools.logger.info('a start that was cut off cannot be gone on with', { pod: pod.name, error: errorText(error) });
    await removePod(tools.api, existing, { ...options, clock: tools.clock, graceMs: DEFAULT_GRACE_MS });
    return false;
  }
}
