import { errorText, hasCode } from '@k4e/core';
import type { CallOptions, PodRequest } from '@k4e/core/ports';
import { isLocalOnly } from '../images/index.ts';
import type { EnginePod } from '../libpod/index.ts';
import { createAndStart } from './create-and-start.ts';
import { manifestImages, readManifest } from './pod-manifest.ts';
import type { PodTools } from './pod-tools.ts';
import { preparePod } from './prepare-pod.ts';
import { removeImageForRepair, removePauseImageForRepair, removePodForRepair } from './remove-for-repair.ts';

/** Replaces something that pods are made of. */
type Repair = (tools: PodTools, pod: PodRequest, reason: string, options: CallOptions) => Promise<void>;

/** In their order: what podman can make from its own host comes first, since a device may be offline. */
const REPAIRS: readonly Repair[] = [replacePauseImage, replaceImages];

/** Creates and starts a pod. What of its images turns out to be damaged is replaced, as far as it can be had again. */
export async function createOnSoundStorage(tools: PodTools, pod: PodRequest, options: CallOptions): Promise<void> {
  let damage: unknown;
  for (const repair of REPAIRS) {
    try {
      return await createAndStart(tools, pod, options);
    } catch (error) {
      if (!hasCode(error, 'RUNTIME_STORAGE_DAMAGED')) throw error;
      damage = error;
    }
    await repair(tools, pod, errorText(damage), options);
  }
  return createAndStart(tools, pod, options);
}

/** Removes a pod of which `error` says that its storage is damaged. Answers whether it did: only then it has to be made anew. */
export async function removeIfDamaged(
  tools: PodTools,
  pod: EnginePod,
  error: unknown,
  options: CallOptions,
): Promise<boolean> {
  if (!hasCode(error, 'RUNTIME_STORAGE_DAMAGED')) return false;
  await removePodForRepair(tools, pod, errorText(error), options);
  return true;
}

async function replacePauseImage(
  tools: PodTools,
  _pod: PodRequest,
  reason: string,
  options: CallOptions,
): Promise<void> {
  await removePauseImageForRepair(tools, reason, options);
}

async function replaceImages(tools: PodTools, pod: PodRequest, reason: string, options: CallOptions): Promise<void> {
  for (const { name, mayBePulled } of manifestImages(readManifest(pod))) {
    if (mayBePulled && !isLocalOnly(name)) await removeImageForRepair(tools, name, reason, options);
  }
  await preparePod(tools, pod, options);
}
