import { K4eError, hasCode } from '@k4e/core';
import type { CallOptions, PodRequest } from '@k4e/core/ports';
import { ensureImages, registryAuthHeader } from '../images/index.ts';
import type { EnginePod, LibpodApi } from '../libpod/index.ts';
import { createAndStart } from './create-and-start.ts';
import { findPod, isOwnedBy, podContainers } from './engine-pods.ts';
import { observePod } from './observe-pods.ts';
import { manifestImages, readManifest } from './pod-manifest.ts';
import { isPodName } from './pod-name.ts';
import type { PodTools } from './pod-tools.ts';
import { startContainers } from './start-containers.ts';

/** `ContainerRuntime.start`: brings the pod to be there with all containers started, as the port's table has it. */
export async function startPod(tools: PodTools, pod: PodRequest, options: CallOptions): Promise<void> {
  if (!isPodName(pod.name)) {
    const message = 'a pod needs a DNS name of at most 63 characters';
    throw new K4eError('INVALID_INPUT', { subject: pod.name.slice(0, 100), message, retry: 'never' });
  }
  const images = manifestImages(readManifest(pod));
  const existing = await findPod(tools.api, pod.name, options);
  if (existing !== undefined) return startExisting(tools, pod, existing, options);
  const { logger } = tools;
  await ensureImages(tools.api, images, { ...options, logger, authHeader: () => authHeader(tools.api, pod) });
  try {
    await createAndStart(tools, pod, options);
  } catch (error) {
    // Somebody was quicker: another process, or a start of ours that was cut off here and went on in the engine.
    const other = hasCode(error, 'ALREADY_EXISTS') ? await findPod(tools.api, pod.name, options) : undefined;
    if (other === undefined) throw error;
    await startExisting(tools, pod, other, options);
  }
}

function authHeader(api: LibpodApi, { name, registryAuth }: PodRequest): string | undefined {
  return registryAuth === undefined ? undefined : registryAuthHeader(registryAuth, api.limits.registryAuthBytes, name);
}

async function startExisting(
  tools: PodTools,
  pod: PodRequest,
  existing: EnginePod,
  options: CallOptions,
): Promise<void> {
  if (!isOwnedBy(existing, tools.owner)) throw new K4eError('RUNTIME_NAME_TAKEN', { subject: pod.name });
  const observed = observePod(existing, await podContainers(tools.api, existing.Id, options));
  if (observed.fingerprint !== pod.fingerprint) {
    const message = 'another version of the pod is there, or a part of one; it has to be removed first';
    throw new K4eError('CONFLICT', { subject: pod.name, message });
  }
  await startContainers(tools, existing, { states: ['created', 'exited'] }, options);
}
