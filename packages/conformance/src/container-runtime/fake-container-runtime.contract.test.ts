import { createFakeClock, createFakeContainerEngine, createFakeContainerRuntime } from '@k4e/core/testing';
import type { FakeContainer, FakeContainerEngine, FakePod } from '@k4e/core/testing';
import { describeContainerRuntimeContract } from './container-runtime-contract.ts';
import type { ContainerRuntimeSubject } from './container-runtime-subject.ts';
import { MISSING_IMAGE } from './failing-rows.ts';
import { container, pod } from './sample-pods.ts';

const IMAGE = 'localhost/anything:1';
const KILLED = 137;

function openSubject(): Promise<ContainerRuntimeSubject> {
  const clock = createFakeClock();
  const engine = createFakeContainerEngine({ clock });
  const gone = createFakeContainerEngine({ clock });
  gone.isReachable = false;
  engine.missingImages.add(MISSING_IMAGE);
  return Promise.resolve({
    connect: (owner) => createFakeContainerRuntime({ clock, engine, owner }),
    connectNowhere: () => createFakeContainerRuntime({ clock, engine: gone }),
    image: IMAGE,
    podNames: async () => [...engine.pods.keys()].sort(),
    trace: async (podName, name) => traceOf(engine.pods.get(podName), name),
    startForeignPod: async (name) => startAll(engine, engine.create(undefined, pod(name, [container('web', IMAGE)]))),
    createWithoutStarting: async (owner, request) => void engine.create(owner, request),
    kill: async (podName, name) => endThose(engine, podName, (one) => one.name === name),
    stop: async (podName) => endThose(engine, podName, () => true),
    remove: async (podName) => engine.removePod(existing(engine, podName)),
    removeContainer: async (podName, name) => {
      const { containers } = existing(engine, podName);
      containers.splice(
        containers.findIndex((one) => one.name === name),
        1,
      );
    },
    restartEngine: async () => {
      engine.isReachable = false;
      engine.isReachable = true;
    },
    occupyPort: async (port, protocol) => {
      engine.occupiedPorts.add(`${port}/${protocol}`);
      return async () => void engine.occupiedPorts.delete(`${port}/${protocol}`);
    },
    fetch: noPrograms,
    sendDatagram: noPrograms,
    makeHostDirectory: noPrograms,
    reset: async () => {
      for (const one of engine.pods.values()) engine.removePod(one);
    },
    dispose: async () => undefined,
  });
}

function existing(engine: FakeContainerEngine, name: string): FakePod {
  const found = engine.pods.get(name);
  if (found === undefined) throw new Error(`there is no pod ${name}`);
  return found;
}

function traceOf(found: FakePod | undefined, name: string | undefined): string | undefined {
  if (found === undefined) return undefined;
  const containers = found.containers.filter((one) => name === undefined || one.name === name);
  return containers.map((one) => `${found.serial} ${one.name} ${one.starts} ${one.state}`).join();
}

function startAll(engine: FakeContainerEngine, started: FakePod): void {
  for (const one of started.containers) engine.startContainer(started, one);
}

function endThose(engine: FakeContainerEngine, podName: string, isMeant: (one: FakeContainer) => boolean): void {
  const found = existing(engine, podName);
  for (const one of found.containers.filter(isMeant)) engine.exitContainer(found, one, KILLED);
}

function noPrograms(): Promise<never> {
  return Promise.reject(new Error('containers in memory run nothing'));
}

describeContainerRuntimeContract('createFakeContainerRuntime', {
  openSubject,
  lacks: { programs: 'containers in memory run nothing' },
});
