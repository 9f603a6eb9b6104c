import { sleep } from '@k4e/core';
import type { CallOptions, Clock } from '@k4e/core/ports';
import { failure, isDone, refusalText } from '../libpod/index.ts';
import type { EnginePod, LibpodApi } from '../libpod/index.ts';
import { allEnded } from './all-ended.ts';
import { podContainers } from './engine-pods.ts';
import { containerState } from './observe-pods.ts';
import { stopContainer } from './stop-container.ts';
import { removeStorageLeftovers, wantedEngineNames } from './storage-leftovers.ts';

/** The grace period of a removal that names none. */
export const DEFAULT_GRACE_MS = 10_000;

/** How often a pod that is going down is looked at. */
const SETTLE_POLL_MS = 20;
/** What a slow podman needs after all containers have exited; see `EngineTraits.removesPodsSlowly`. */
const SLOW_REMOVAL_PAUSE_MS = 50;
/** The infrastructure container has nothing to finish. */
const INFRA_GRACE_MS = 1_000;

/** How a pod is removed. */
export interface RemovePodOptions extends CallOptions {
  /** From SIGTERM to SIGKILL; podman counts it in whole seconds, so it is rounded up. */
  readonly graceMs: number;
  readonly clock: Clock;
}

/**
 * Stops the containers of a pod, each with the grace period, and removes it. Podman has one call for that, which on 4.3
 * takes 3 to 14 s and knows no grace period; and its call to stop a pod does nothing when one container has exited.
 */
export async function removePod(api: LibpodApi, pod: EnginePod, options: RemovePodOptions): Promise<void> {
  const { removesPodsSlowly } = await api.traits(options.signal);
  const containers = await podContainers(api, pod.Id, options);
  const running = containers.filter((one) => containerState(one) === 'running');
  const workers = running.filter(({ IsInfra }) => IsInfra !== true);
  // One that cannot be stopped (it has just exited, it is paused) is left to the removal, which forces it.
  await allEnded(workers.map((container) => stopContainer(api, container, options)));
  if (removesPodsSlowly || workers.length === 0) {
    const infra = running.filter(({ IsInfra }) => IsInfra === true);
    await allEnded(infra.map((one) => stopContainer(api, one, { ...options, graceMs: INFRA_GRACE_MS })));
  }
  await settled(api, pod, options);
  if (removesPodsSlowly && running.length > 0) await sleep(options.clock, SLOW_REMOVAL_PAUSE_MS, options);
  const query = { force: 'true', timeout: '0' };
  const answer = await api.call({ method: 'DELETE', path: `pods/${pod.Id}`, query, signal: options.signal });
  if (!isDone(answer) && answer.status !== 404) {
    throw failure(pod.Name, refusalText(answer), api.limits.errorTextLength);
  }
  const wanted = wantedEngineNames(pod);
  for (const { Names } of containers) for (const name of Names) wanted.delete(name);
  if (wanted.size > 0) await removeStorageLeftovers(api, wanted, options);
}

/**
 * Waits until podman has cleaned up after all containers, the infrastructure too, which goes down with the last of the
 * others: a removal before that is slow. Gives up in silence when it takes too long; the removal then forces it.
 */
async function settled(api: LibpodApi, pod: EnginePod, options: RemovePodOptions): Promise<void> {
  const untilMs = options.clock.monotonicMs() + api.limits.settleTimeoutMs;
  while (options.clock.monotonicMs() < untilMs) {
    const containers = await podContainers(api, pod.Id, options);
    if (containers.every(({ State }) => !GOING_DOWN.has(State))) return;
    await sleep(options.clock, SETTLE_POLL_MS, options);
  }
}

const GOING_DOWN: ReadonlySet<string> = new Set(['running', 'stopping', 'stopped']);
