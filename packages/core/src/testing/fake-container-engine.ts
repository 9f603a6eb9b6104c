import { isRecord } from '../foundation/index.ts';
import type { Clock, ContainerState, PodRequest } from '../ports/index.ts';

/** A container of a fake engine. `starts` counts. */
export interface FakeContainer {
  readonly name: string;
  state: ContainerState;
  exitCode: number | undefined;
  startedAtMs: number | undefined;
  finishedAtMs: number | undefined;
  starts: number;
}

/** A pod of a fake engine. */
export interface FakePod {
  readonly name: string;
  /** `undefined`: somebody's who does not use k4e. */
  readonly owner: string | undefined;
  readonly request: PodRequest;
  /** Two pods never share one, not even one after the other. */
  readonly serial: number;
  readonly containers: FakeContainer[];
}

/** A container engine in memory, which runs nothing: what every owner's runtime on it shares. */
export interface FakeContainerEngine {
  readonly clock: Clock;
  /** All pods, whoever's, by name. */
  readonly pods: Map<string, FakePod>;
  /** Images that cannot be had; all others are there. */
  readonly missingImages: Set<string>;
  /** Host ports that somebody outside of the engine holds, as `8080/tcp`. */
  readonly occupiedPorts: Set<string>;
  /** While false, every call rejects with `RUNTIME_UNAVAILABLE`. Becoming true again tells all watchers that they missed something. */
  isReachable: boolean;
  /** Adds a pod whose containers are all `created`. */
  create(owner: string | undefined, request: PodRequest): FakePod;
  startContainer(pod: FakePod, container: FakeContainer): void;
  /** Ends a running container. */
  exitContainer(pod: FakePod, container: FakeContainer, exitCode: number): void;
  removePod(pod: FakePod): void;
  /** Who holds a host port now, if anybody does. */
  portHolder(port: string): string | undefined;
  /** Hears of every change with the pod it happened to, and `undefined` when the engine came back. The result ends that. */
  listen(listener: (pod: FakePod | undefined) => void): () => void;
}

/** Creates an engine with nothing on it. */
export function createFakeContainerEngine({ clock }: { readonly clock: Clock }): FakeContainerEngine {
  const pods = new Map<string, FakePod>();
  const occupiedPorts = new Set<string>();
  const listeners = new Set<(pod: FakePod | undefined) => void>();
  const tell = (pod: FakePod | undefined): void => listeners.forEach((listener) => listener(pod));
  let serial = 0;
  let isReachable = true;
  return {
    clock,
    pods,
    missingImages: new Set(),
    occupiedPorts,
    get isReachable() {
      return isReachable;
    },
    set isReachable(value) {
      const isBack = value && !isReachable;
      isReachable = value;
      if (isBack) tell(undefined);
    },
    create(owner, request) {
      const containers = manifestContainers(request).map(({ name }) => createdContainer(name));
      const pod = { name: request.name, owner, request, serial: serial++, containers };
      pods.set(pod.name, pod);
      tell(pod);
      return pod;
    },
    startContainer(pod, container) {
      Object.assign(container, { state: 'running', startedAtMs: clock.nowMs(), starts: container.starts + 1 });
      tell(pod);
    },
    exitContainer(pod, container, exitCode) {
      if (container.state !== 'running') return;
      Object.assign(container, { state: 'exited', exitCode, finishedAtMs: clock.nowMs() });
      tell(pod);
    },
    removePod(pod) {
      if (pods.get(pod.name) === pod && pods.delete(pod.name)) tell(pod);
    },
    portHolder(port) {
      if (occupiedPorts.has(port)) return 'another program';
      const holders = [...pods.values()].filter(({ containers }) =>
        containers.some(({ state }) => state === 'running'),
      );
      return holders.find(({ request }) => hostPorts(request).includes(port))?.name;
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function createdContainer(name: string): FakeContainer {
  return { name, state: 'created', exitCode: undefined, startedAtMs: undefined, finishedAtMs: undefined, starts: 0 };
}

/** The containers of a manifest with their images; empty when it is no pod. */
export function manifestContainers({ manifest }: PodRequest): readonly { name: string; image: string }[] {
  return members(manifest, 'containers').flatMap(({ name, image }) =>
    typeof name === 'string' && typeof image === 'string' ? [{ name, image }] : [],
  );
}

/** The images of all containers of a manifest, init containers too. */
export function manifestImages({ manifest }: PodRequest): readonly string[] {
  const all = [...members(manifest, 'initContainers'), ...members(manifest, 'containers')];
  return all.flatMap(({ image }) => (typeof image === 'string' ? [image] : []));
}

/** The host ports that a manifest publishes, as `8080/tcp`. */
export function hostPorts({ manifest }: PodRequest): readonly string[] {
  return members(manifest, 'containers')
    .flatMap(({ ports }) => (Array.isArray(ports) ? ports.filter(isRecord) : []))
    .flatMap(({ hostPort, protocol }) =>
      typeof hostPort === 'number' && hostPort > 0 ? [`${hostPort}/${protocol === 'UDP' ? 'udp' : 'tcp'}`] : [],
    );
}

function members(manifest: PodRequest['manifest'], list: string): readonly Record<string, unknown>[] {
  const { spec } = manifest;
  const found = isRecord(spec) ? spec[list] : undefined;
  return Array.isArray(found) ? found.filter(isRecord) : [];
}
