import { K4eError } from '@k4e/core';
import { MAX_POD_NOTE_LENGTH } from '@k4e/core/ports';
import type { CallOptions, PodRequest } from '@k4e/core/ports';
import { ensureImages, registryAuthHeader } from '../images/index.ts';
import type { LibpodApi } from '../libpod/index.ts';
import { manifestImages, readManifest } from './pod-manifest.ts';
import type { PodManifest } from './pod-manifest.ts';
import { isPodName } from './pod-name.ts';
import type { PodTools } from './pod-tools.ts';

/** `ContainerRuntime.prepare`: brings the pod's images to the device, and changes nothing else. */
export async function preparePod(tools: PodTools, pod: PodRequest, options: CallOptions): Promise<void> {
  const { api, logger, notes } = tools;
  const images = manifestImages(checkRequest(pod));
  const onPull = (name: string): Promise<void> => notes.begin([{ kind: 'image', name }]);
  try {
    await ensureImages(api, images, { ...options, logger, onPull, authHeader: () => authHeader(api, pod) });
  } finally {
    notes.end(images.map(({ name }) => ({ kind: 'image', name })));
  }
}

/** Reads a request's manifest. Throws `INVALID_INPUT`, to be tried never again, when it is none of a pod. */
export function checkRequest(pod: PodRequest): PodManifest {
  if (!isPodName(pod.name)) throw invalid(pod, 'a pod needs a DNS name of at most 63 characters');
  if ((pod.note ?? '').length > MAX_POD_NOTE_LENGTH) {
    throw invalid(pod, `the note on a pod has at most ${MAX_POD_NOTE_LENGTH} characters`);
  }
  return readManifest(pod);
}

function invalid({ name }: PodRequest, message: string): K4eError {
  return new K4eError('INVALID_INPUT', { subject: name.slice(0, 100), message, retry: 'never' });
}

function authHeader(api: LibpodApi, { name, registryAuth }: PodRequest): string | undefined {
  return registryAuth === undefined ? undefined : registryAuthHeader(registryAuth, api.limits.registryAuthBytes, name);
}
