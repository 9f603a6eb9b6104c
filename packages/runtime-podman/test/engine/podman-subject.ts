import { chmod } from 'node:fs/promises';
import type { ContainerRuntimeSubject } from '@k4e/conformance';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createPodmanRuntime } from '@k4e/runtime-podman';
import { WORKLOAD_IMAGE, waitUntil } from '@k4e/testbed';
import { renderPod } from '../../src/pods/index.ts';
import { containerTrace, createEngineApi, podMembers, podNames, removePod } from './engine-api.ts';
import type { EngineApi, PodMember } from './engine-api.ts';
import type { EngineHost } from './engine-host.ts';
import { createListeners, fetchText, sendDatagram } from './peer.ts';
import { startRestartableService } from './restartable-service.ts';

const DEADLINE_MS = 30_000;

/** The subject of the contract suite on a podman. The runtimes use a service that can be restarted; eyes and hands another. */
export async function openPodmanSubject(startHost: () => Promise<EngineHost>): Promise<ContainerRuntimeSubject> {
  const host = await startHost();
  const service = await startRestartableService(host);
  const api = createEngineApi(host.socketPath);
  const connect = (owner: string, socketPath = service.socketPath) =>
    createPodmanRuntime({ socketPath, owner, clock: createSystemClock(), logger: createMemoryLogger() });
  const listeners = createListeners(host.enterNetwork);
  let directories = 0;
  return {
    connect: (owner) => connect(owner),
    connectNowhere: () => connect('mine', `${service.socketPath}.none`),
    image: WORKLOAD_IMAGE,
    ...createHands(api),
    ...createEyes(api),
    async restartEngine() {
      await service.kill();
      await service.start();
    },
    occupyPort: (port, protocol) => listeners.occupy(port, protocol),
    fetch: (port, path) => fetchText(host.peerAddress(port, 'tcp'), path),
    sendDatagram: (port) => sendDatagram(host.peerAddress(port, 'udp')),
    async makeHostDirectory() {
      const directory = await host.sharedDirectory(`host-${directories++}`);
      await chmod(directory.here, 0o777);
      return directory.there;
    },
    async reset() {
      await listeners.release();
      const runtimes = ['mine', 'theirs'].map((owner) => connect(owner));
      for (const runtime of runtimes) {
        for (const { name } of await runtime.list()) await runtime.remove(name, { graceMs: 0 });
      }
      for (const name of await podNames(api)) await removePod(api, name);
    },
    dispose: () => host.stop(),
  };
}

function createEyes(api: EngineApi): Pick<ContainerRuntimeSubject, 'podNames' | 'trace'> {
  return {
    podNames: () => podNames(api),
    async trace(pod, container) {
      const members = (await podMembers(api, pod))?.filter(({ name }) => isNamed(name, pod, container));
      if (members === undefined) return undefined;
      return (await Promise.all(members.map(({ id }) => containerTrace(api, id)))).join('\n');
    },
  };
}

type Hands = 'startForeignPod' | 'createWithoutStarting' | 'kill' | 'stop' | 'remove' | 'removeContainer';

function createHands(api: EngineApi): Pick<ContainerRuntimeSubject, Hands> {
  const exited = async (pod: string, containers: readonly PodMember[]): Promise<void> => {
    const ids = new Set(containers.map(({ id }) => id));
    const hasExited = async (): Promise<boolean> =>
      ((await podMembers(api, pod)) ?? []).every(({ id, state }) => !ids.has(id) || state === 'exited');
    await waitUntil(hasExited, { what: `containers of ${pod} have exited`, deadlineMs: DEADLINE_MS });
  };
  const pick = async (pod: string, container?: string): Promise<readonly PodMember[]> =>
    ((await podMembers(api, pod)) ?? []).filter(({ name }) => isNamed(name, pod, container));
  return {
    async startForeignPod(name) {
      await api.post('play/kube', JSON.stringify(foreignManifest(name)));
    },
    async createWithoutStarting(owner, pod) {
      await api.post('play/kube?start=false', renderPod(pod, owner));
    },
    async kill(pod, container) {
      const victims = await pick(pod, container);
      for (const { id } of victims) await api.post(`containers/${id}/kill?signal=KILL`);
      await exited(pod, victims);
    },
    async stop(pod) {
      await api.post(`pods/${pod}/stop?t=5`);
      await exited(pod, await pick(pod));
    },
    remove: (pod) => removePod(api, pod),
    async removeContainer(pod, container) {
      for (const { id } of await pick(pod, container)) await api.delete(`containers/${id}?force=true`);
    },
  };
}

function isNamed(name: string, pod: string, container: string | undefined): boolean {
  return container === undefined || name === `${pod}-${container}`;
}

function foreignManifest(name: string): object {
  const container = { name: 'theirs', image: WORKLOAD_IMAGE, command: ['/bin/web'] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [container] } };
}
