import { K4eError } from '../foundation/index.ts';
import type { ErrorCode } from '../foundation/index.ts';
import { MAX_POD_NOTE_LENGTH } from '../ports/index.ts';
import type {
  Clock,
  ContainerRuntime,
  ObservedPod,
  PodRequest,
  ProbeAction,
  ProbeOutcome,
  RuntimeRepair,
} from '../ports/index.ts';
import { createFakeContainerEngine, hostPorts, manifestContainers, manifestImages } from './fake-container-engine.ts';
import type { FakeContainer, FakeContainerEngine, FakePod } from './fake-container-engine.ts';
import { watchFakeEngine } from './watch-fake-engine.ts';

/** The calls of a runtime that a test can make fail. */
export type FakeRuntimeMethod = 'capabilities' | 'list' | 'prepare' | 'start' | 'restart' | 'end' | 'probe' | 'remove';

/** What comes of a probe that a fake runtime is asked to make. */
export type FakeProbe = (pod: string, container: string, action: ProbeAction) => ProbeOutcome | Promise<ProbeOutcome>;

/** A container runtime in memory, which runs nothing: pods are what was asked for, and containers end when told to. */
export interface FakeContainerRuntime extends ContainerRuntime {
  /** Where its pods are, to be looked at and meddled with. Other owners' runtimes can be made on it. */
  readonly engine: FakeContainerEngine;
  /** What was asked so far, in order, as `start web`; listing and probing are left out. */
  calls(): readonly string[];
  /** Makes the next call of that method reject with `code`, without effect; without `method`, the next call of any. */
  failNext(code: ErrorCode, method?: FakeRuntimeMethod): void;
  /** Lets `repairs` tell of one. */
  noteRepair(repair: RuntimeRepair): void;
  /** From now on probes of running containers come to that. Before, all are good. */
  answerProbes(answer: FakeProbe): void;
  /** Ends a container of a pod, as a crash does. Default exit code: 1. */
  crash(pod: string, container: string, exitCode?: number): void;
}

/** What a fake runtime is made of. */
export interface FakeContainerRuntimeOptions {
  readonly clock: Clock;
  /** Default `k4e`. */
  readonly owner?: string;
  /** Default: an engine of its own. */
  readonly engine?: FakeContainerEngine;
}

const DNS_SUBDOMAIN = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;

/** Creates a runtime in memory. Everything it does is done at once; only `changes` waits. */
export function createFakeContainerRuntime(options: FakeContainerRuntimeOptions): FakeContainerRuntime {
  const { owner = 'k4e', engine = createFakeContainerEngine(options) } = options;
  const calls: string[] = [];
  const repairs: RuntimeRepair[] = [];
  let answer: FakeProbe = () => ({ isGood: true });
  const failures: { readonly code: ErrorCode; readonly method: FakeRuntimeMethod | undefined }[] = [];
  const run = async <T>(method: FakeRuntimeMethod, signal: AbortSignal | undefined, work: () => T): Promise<T> => {
    await Promise.resolve();
    if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
    const [failure] = failures.filter((planned) => planned.method === undefined || planned.method === method);
    if (failure !== undefined) failures.splice(failures.indexOf(failure), 1);
    if (failure !== undefined) throw new K4eError(failure.code);
    if (!engine.isReachable) throw new K4eError('RUNTIME_UNAVAILABLE');
    return work();
  };
  const act = <T>(method: FakeRuntimeMethod, call: string, signal: AbortSignal | undefined, work: () => T) => {
    calls.push(call);
    return run(method, signal, work);
  };
  return {
    engine,
    calls: () => calls,
    failNext: (code, method) => void failures.push({ code, method }),
    answerProbes: (next) => void (answer = next),
    crash: (pod, container, exitCode = 1) => crash(engine, pod, container, exitCode),
    capabilities: ({ signal } = {}) => run('capabilities', signal, () => ({ version: 'fake 1.0', rootful: true })),
    repairs: () => repairs.splice(0),
    noteRepair: (repair) => void repairs.push(repair),
    list: ({ signal } = {}) => run('list', signal, () => ownPods(engine, owner).map(observe)),
    prepare: (pod, { signal } = {}) => act('prepare', `prepare ${pod.name}`, signal, () => prepare(engine, pod)),
    start: (pod, { signal } = {}) => act('start', `start ${pod.name}`, signal, () => start(engine, owner, pod)),
    restart: (name, { signal, containers } = {}) =>
      act('restart', `restart ${name}`, signal, () => restart(engine, owner, name, containers)),
    end: (name, { signal, containers }) =>
      act('end', `end ${name}: ${containers.join()}`, signal, () => end(engine, owner, name, containers)),
    probe: async (pod, container, action, { signal }) => {
      await run('probe', signal, () => requireRunning(engine, owner, pod, container));
      return answer(pod, container, action);
    },
    remove: (name, { signal } = {}) => act('remove', `remove ${name}`, signal, () => remove(engine, owner, name)),
    changes: ({ signal }) => watchFakeEngine(engine, owner, signal),
  };
}

function ownPods(engine: FakeContainerEngine, owner: string): readonly FakePod[] {
  return [...engine.pods.values()].filter((pod) => pod.owner === owner);
}

function observe(pod: FakePod): ObservedPod {
  const isWhole = manifestContainers(pod.request).every(({ name }) => findContainer(pod, name) !== undefined);
  const states = pod.containers.map(({ state }) => state);
  const status = ['running', 'exited', 'created'].find((word) => states.every((state) => state === word)) ?? 'degraded';
  return {
    name: pod.name,
    fingerprint: isWhole ? pod.request.fingerprint : undefined,
    ...(pod.request.note === undefined ? {} : { note: pod.request.note }),
    status: `${status.slice(0, 1).toUpperCase()}${status.slice(1)}`,
    containers: pod.containers.map(({ name, state, exitCode, startedAtMs, finishedAtMs }) => ({
      name,
      state,
      ...(state === 'exited' && exitCode !== undefined ? { exitCode } : {}),
      ...(startedAtMs === undefined ? {} : { startedAtMs }),
      ...(finishedAtMs === undefined ? {} : { finishedAtMs }),
    })),
  };
}

function findContainer(pod: FakePod, name: string): FakeContainer | undefined {
  return pod.containers.find((container) => container.name === name);
}

function checkRequest(request: PodRequest): void {
  const { name, note = '' } = request;
  const isGood = DNS_SUBDOMAIN.test(name) && note.length <= MAX_POD_NOTE_LENGTH;
  if (isGood && manifestContainers(request).length > 0) return;
  throw new K4eError('INVALID_INPUT', { subject: request.name.slice(0, 100), retry: 'never' });
}

function prepare(engine: FakeContainerEngine, request: PodRequest): void {
  checkRequest(request);
  const missing = manifestImages(request).find((image) => engine.missingImages.has(image));
  if (missing !== undefined) throw new K4eError('RUNTIME_IMAGE_NOT_FOUND', { subject: missing });
}

function start(engine: FakeContainerEngine, owner: string, request: PodRequest): void {
  checkRequest(request);
  const subject = request.name;
  const existing = engine.pods.get(request.name);
  if (existing !== undefined && existing.owner !== owner) throw new K4eError('RUNTIME_NAME_TAKEN', { subject });
  if (existing !== undefined && observe(existing).fingerprint !== request.fingerprint) {
    throw new K4eError('CONFLICT', { subject });
  }
  if (existing === undefined) prepare(engine, request);
  requireFreePorts(engine, request);
  const pod = existing ?? engine.create(owner, request);
  startThose(engine, pod, ['created', 'exited']);
}

function requireFreePorts(engine: FakeContainerEngine, request: PodRequest): void {
  for (const port of hostPorts(request)) {
    const holder = engine.portHolder(port);
    if (holder === undefined || holder === request.name) continue;
    const message = `host port ${port} is held by ${holder}`;
    throw new K4eError('RUNTIME_PORT_TAKEN', { subject: request.name, message });
  }
}

function startThose(engine: FakeContainerEngine, pod: FakePod, states: readonly string[]): void {
  for (const container of pod.containers) if (states.includes(container.state)) engine.startContainer(pod, container);
}

function restart(
  engine: FakeContainerEngine,
  owner: string,
  name: string,
  containers: readonly string[] | undefined,
): void {
  const pod = ownPods(engine, owner).find((own) => own.name === name);
  if (pod === undefined) throw new K4eError('NOT_FOUND', { subject: name });
  requireFreePorts(engine, pod.request);
  const isMeant = (container: FakeContainer): boolean => containers?.includes(container.name) ?? true;
  for (const container of pod.containers) {
    if (container.state === 'exited' && isMeant(container)) engine.startContainer(pod, container);
  }
}

/** They heed SIGTERM. */
function end(engine: FakeContainerEngine, owner: string, name: string, containers: readonly string[]): void {
  const pod = ownPods(engine, owner).find((own) => own.name === name);
  if (pod === undefined) throw new K4eError('NOT_FOUND', { subject: name });
  for (const one of pod.containers) if (containers.includes(one.name)) engine.exitContainer(pod, one, 0);
}

function requireRunning(engine: FakeContainerEngine, owner: string, name: string, container: string): void {
  const pod = ownPods(engine, owner).find((own) => own.name === name);
  if (pod !== undefined && findContainer(pod, container)?.state === 'running') return;
  throw new K4eError('NOT_FOUND', { subject: `${name}/${container}` });
}

function remove(engine: FakeContainerEngine, owner: string, name: string): void {
  const pod = ownPods(engine, owner).find((own) => own.name === name);
  if (pod !== undefined) engine.removePod(pod);
}

function crash(engine: FakeContainerEngine, podName: string, containerName: string, exitCode: number): void {
  const pod = engine.pods.get(podName);
  const container = pod === undefined ? undefined : findContainer(pod, containerName);
  if (pod === undefined || container === undefined)
    throw new Error(`there is no container ${podName}/${containerName}`);
  engine.exitContainer(pod, container, exitCode);
}
