import type { CallOptions } from '@k4e/core/ports';
import { failure, isDone, refusalText } from '../libpod/index.ts';
import type { EnginePod } from '../libpod/index.ts';
import { allEnded } from './all-ended.ts';
import { podContainers } from './engine-pods.ts';
import { containerState, manifestName } from './observe-pods.ts';
import type { PodTools } from './pod-tools.ts';
import { stopContainer } from './stop-container.ts';

/** `ContainerRuntime.end`: stops those containers of the pod that are named and run. Rejects after all were tried. */
export async function endContainers(
  { api }: PodTools,
  pod: EnginePod,
  names: readonly string[],
  options: CallOptions & { readonly graceMs: number },
): Promise<void> {
  const containers = await podContainers(api, pod.Id, options);
  const meant = containers.filter(
    (one) => one.IsInfra !== true && containerState(one) === 'running' && names.includes(manifestName(pod, one)),
  );
  const ends = meant.map(async (container) => {
    const answer = await stopContainer(api, container, options);
    // One that has just ended by itself has ended, too.
    if (isDone(answer) || answer.status === 404 || answer.status === 409) return;
    throw failure(pod.Name, refusalText(answer), api.limits.errorTextLength);
  });
  await allEnded(ends);
}
