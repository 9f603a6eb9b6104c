import type { CallOptions } from '@k4e/core/ports';
import { removeImage } from '../images/index.ts';
import type { PodTools } from './pod-tools.ts';

/**
 * Removes the image of podman's own that holds pods together, unless a pod has it. Podman makes it anew, of a program of its
 * host. It is found by its name: podman cannot list its images while one of them is damaged.
 */
export async function removePauseImage(tools: PodTools, reason: string, options: CallOptions): Promise<void> {
  const { pauseImage } = await tools.facts(options);
  if (await removeImage(tools.api, pauseImage, options)) tools.repairs.add({ kind: 'image', name: pauseImage, reason });
}
