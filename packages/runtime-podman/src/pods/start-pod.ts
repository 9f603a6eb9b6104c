import { K4eError, errorText, hasCode } from '@k4e/core';
import type { CallOptions, Clock, Logger, PodRequest } from '@k4e/core/ports';
import { ensureImages, registryAuthHeader } from '../images/index.ts';
import type { EnginePod, LibpodApi } from '../libpod/index.ts';
import { createPod } from './create-pod.ts';
import { findPod, isOwnedBy, podContainers } from './engine-pods.ts';
import { observePod } from './observe-pods.ts';
import { manifestImages, readManifest } from './pod-manifest.ts';
import { isPodName } from './pod-name.ts';
import { removePod } from './remove-pod.ts';
import { startContainers } from './start-containers.ts';

/** What the pods of one owner are handled with. */
export interface PodTools {
  readonly api: LibpodApi;
  readonly owner: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** `ContainerRuntime.start`: brings the pod to be there with all containers started, as the port's table has it. */
export async function startPod(tools: PodTools, pod: PodRequest, options: CallOptions): Promise<void> {
  if (!isPodName(pod.name)) {
    const message = 'a pod needs a DNS name of at most 63 characters';
    throw new K4eError('INVALID_INPUT', { subject: pod.name.slice(0, 100), message, retry: 'never' });
  }
  const images = manifestImages(readManifest(pod));
  const existing = await findPod(tools.api, pod.name, options);
  if (existing !== undefined) return startExisting(tools, pod, existing, options);
  await ensureImages(tools.api, images, {
    ...options,
    logger: tools.logger,
    authHeader: () => authHeader(tools.api, pod),
  });
  return createAndStart(tools, pod, options);
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
  await startContainers(tools.api, existing, ['created', 'exited'], options);
}

async function createAndStart(tools: PodTools, pod: PodRequest, options: CallOptions): Promise<void> {
  try {
    const created = await createPod(tools.api, pod, tools.owner, options);
    await startContainers(tools.api, created, ['created', 'exited'], options);
  } catch (error) {
    if (!hasCode(error, 'ABORTED')) await discard(tools, pod.name);
    throw error;
  }
}

/** Removes what a failed start left. When that fails too, `list` shows it and the caller's `remove` gets it. */
async function discard({ api, owner, clock, logger }: PodTools, name: string): Promise<void> {
  try {
    const left = await findPod(api, name, {});
    if (left !== undefined && isOwnedBy(left, owner)) await removePod(api, left, { graceMs: 0, clock });
  } catch (error) {
    logger.warn('what is left of a pod that failed to start could not be removed', {
      pod: name,
      error: errorText(error),
    });
  }
}
