import type { ContainerState, ObservedContainer, ObservedPod } from '@k4e/core/ports';
import type { EngineContainer, EnginePod } from '../libpod/index.ts';
import { FINGERPRINT_LABEL, NOTE_LABEL, labelledContainers } from './pod-labels.ts';

/** Podman's words for where a container is. `stopped` is `exited` before podman has cleaned up after it. */
const STATES: Readonly<Record<string, ContainerState>> = {
  configured: 'created',
  created: 'created',
  initialized: 'created',
  running: 'running',
  stopping: 'running',
  paused: 'paused',
  stopped: 'exited',
  exited: 'exited',
};

/** What podman lists, as k4e sees it. Containers whose pod is not in `pods` are left out. */
export function observePods(
  pods: readonly EnginePod[],
  containers: readonly EngineContainer[],
): readonly ObservedPod[] {
  const byPod = Map.groupBy(containers, (container) => container.Pod);
  return pods.map((pod) => observePod(pod, byPod.get(pod.Id) ?? []));
}

/** One pod, with the containers that are its own. */
export function observePod(pod: EnginePod, containers: readonly EngineContainer[]): ObservedPod {
  const wanted = labelledContainers(pod.Labels);
  const note = pod.Labels[NOTE_LABEL];
  const present = new Set(containers.map((container) => manifestName(pod, container)));
  const isWhole = wanted?.every((name) => present.has(name)) === true;
  const observed = containers
    .filter((container) => container.IsInfra !== true)
    .map((container) => observeContainer(pod, container))
    .filter(({ name, state, exitCode }) => wanted?.includes(name) === true || state !== 'exited' || exitCode !== 0);
  return {
    name: pod.Name,
    fingerprint: isWhole ? pod.Labels[FINGERPRINT_LABEL] : undefined,
    status: pod.Status,
    ...(note === undefined ? {} : { note }),
    containers: observed.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Where a container is, in k4e's words. */
export function containerState(container: EngineContainer): ContainerState {
  return STATES[container.State] ?? 'unknown';
}

/** Whether it is an init container that has not succeeded yet: podman removes those that have. */
export function isInit(pod: EnginePod, container: EngineContainer): boolean {
  return container.IsInfra !== true && labelledContainers(pod.Labels)?.includes(manifestName(pod, container)) === false;
}

/** The container's name in its pod's manifest: podman puts the pod's name before it. */
export function manifestName(pod: EnginePod, container: EngineContainer): string {
  const [name = ''] = container.Names;
  return name.startsWith(`${pod.Name}-`) ? name.slice(pod.Name.length + 1) : name;
}

function observeContainer(pod: EnginePod, container: EngineContainer): ObservedContainer {
  const state = containerState(container);
  const startedAtMs = toMs(container.StartedAt);
  const finishedAtMs = toMs(container.ExitedAt);
  return {
    name: manifestName(pod, container),
    state,
    ...(state === 'exited' ? { exitCode: container.ExitCode ?? 0 } : {}),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(finishedAtMs === undefined ? {} : { finishedAtMs }),
  };
}

function toMs(seconds: number | null | undefined): number | undefined {
  return seconds === null || seconds === undefined || seconds <= 0 ? undefined : seconds * 1000;
}
