import { K4eError } from '@k4e/core';
import type { CallOptions, PodRequest } from '@k4e/core/ports';
import { failure, isDone, refusalText } from '../libpod/index.ts';
import type { EnginePod, LibpodApi } from '../libpod/index.ts';
import { findPod, isOwnedBy } from './engine-pods.ts';
import { renderPod } from './render-pod.ts';

/** Creates the pod and its containers, and starts none. What a refusal leaves half-done is the caller's to remove. */
export async function createPod(
  api: LibpodApi,
  pod: PodRequest,
  owner: string,
  options: CallOptions,
): Promise<EnginePod> {
  const answer = await api.call({
    method: 'POST',
    path: 'play/kube',
    query: { start: 'false' },
    headers: { 'Content-Type': 'application/yaml' },
    body: renderPod(pod, owner),
    timeoutMs: api.limits.startTimeoutMs,
    timeoutCode: 'RUNTIME_FAILED',
    signal: options.signal,
  });
  if (!isDone(answer)) throw failure(pod.name, refusalText(answer), api.limits.errorTextLength);
  const created = await findPod(api, pod.name, options);
  if (created !== undefined && isOwnedBy(created, owner)) return created;
  throw new K4eError('RUNTIME_FAILED', { subject: pod.name, message: 'the pod is gone right after it was created' });
}
