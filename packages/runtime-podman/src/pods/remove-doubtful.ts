import { errorText, hasCode } from '@k4e/core';
import type { CallOptions } from '@k4e/core/ports';
import { ask, checkReportShape } from '../libpod/index.ts';
import type { StoreChange } from '../power-cuts/index.ts';
import { findPod, isOwnedBy } from './engine-pods.ts';
import type { PodTools } from './pod-tools.ts';
import { removeImageForRepair, removePauseImageForRepair, removePodForRepair } from './remove-for-repair.ts';

const REASON = 'the machine stopped before all of it was on the disk';

/**
 * Removes what was being made when the machine stopped, and notes it as settled. Rejects when podman cannot be reached; what
 * it refuses to remove is left.
 */
export async function removeDoubtful(tools: PodTools, options: CallOptions): Promise<void> {
  const changes = await tools.notes.earlier(options);
  if (changes.length === 0) return;
  const namesOf = (wanted: StoreChange['kind']): string[] =>
    changes.filter(({ kind }) => kind === wanted).map(({ name }) => name);
  // Podman keeps an image as long as a pod has it.
  for (const pod of namesOf('pod')) await unlessRefused(tools, pod, () => removeDoubtfulPod(tools, pod, options));
  const images = namesOf('image');
  for (const image of images)
    await unlessRefused(tools, image, () => removeImageForRepair(tools, image, REASON, options));
  // The first pod on a device is when podman makes it.
  await unlessRefused(tools, 'pause image', () => removePauseImageForRepair(tools, REASON, options));
  if (images.length > 0) await unlessRefused(tools, 'layers', () => removeDamagedLayers(tools, options));
  await tools.notes.settle();
}

async function removeDoubtfulPod(tools: PodTools, name: string, options: CallOptions): Promise<void> {
  const pod = await findPod(tools.api, name, options);
  if (pod === undefined || !isOwnedBy(pod, tools.owner)) return;
  await removePodForRepair(tools, pod, REASON, options);
}

/**
 * A pull that was cut off leaves layers that no image has yet, and the next pull would take them for whole. Podman reads all
 * layers for this, and removes images that turn out to be damaged too.
 */
async function removeDamagedLayers({ api, repairs }: PodTools, options: CallOptions): Promise<void> {
  if (!(await api.traits(options.signal)).checksStorage) return;
  const query = { quick: 'true', repair: 'true', unreferenced_layer_max_age: '0s' };
  const timeoutMs = api.limits.startTimeoutMs;
  const request = { method: 'POST', path: 'system/check', query, timeoutMs, signal: options.signal } as const;
  const { RemovedImages } = await ask(api, checkReportShape, request);
  for (const [id, names] of Object.entries(RemovedImages ?? {})) {
    repairs.add({ kind: 'image', name: names?.[0] ?? id, reason: 'it is damaged' });
  }
}

async function unlessRefused({ logger }: PodTools, what: string, remove: () => Promise<void>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (hasCode(error, 'RUNTIME_UNAVAILABLE') || hasCode(error, 'ABORTED')) throw error;
    logger.warn('what may be damaged could not be removed', { what, error: errorText(error) });
  }
}
