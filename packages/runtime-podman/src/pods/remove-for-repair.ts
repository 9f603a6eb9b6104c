import type { CallOptions } from '@k4e/core/ports';
import { removeImage } from '../images/index.ts';
import type { EnginePod } from '../libpod/index.ts';
import type { PodTools } from './pod-tools.ts';
import { removePod } from './remove-pod.ts';

/** Removes a pod so that it is made anew, at once and without grace, and tells of it. */
export async function removePodForRepair(
  { api, clock, repairs }: PodTools,
  pod: EnginePod,
  reason: string,
  options: CallOptions,
): Promise<void> {
  await removePod(api, pod, { ...options, clock, graceMs: 0 });
  repairs.add({ kind: 'pod', name: pod.Name, reason });
}

/** Removes an image so that it is made or pulled anew, and tells of it; one that a container has, or nobody, is left. */
export async function removeImageForRepair(
  { api, repairs }: PodTools,
  name: string,
  reason: string,
  options: CallOptions,
): Promise<void> {
  if (await removeImage(api, name, options)) repairs.add({ kind: 'image', name, reason });
}

/**
 * Removes the image of podman's own that holds pods together, unless a pod has it. Podman makes it anew, of a program of its
 * host. It is found by its name: podman cannot list its images while one of them is damaged.
 */
export async function removePauseImageForRepair(tools: PodTools, reason: string, options: CallOptions): Promise<void> {
  const { pauseImage } = await tools.facts(options);
  await removeImageForRepair(tools, pauseImage, reason, options);
}
