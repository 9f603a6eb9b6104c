import type { ContainerRuntime, PodRequest } from '@k4e/core/ports';

/**
 * What the suite needs to know of an implementation: runtimes on one engine, and eyes and hands beside them that use the
 * engine as somebody else would. Opened once for the suite; `reset` runs after each test.
 */
export interface ContainerRuntimeSubject {
  /** A runtime for that owner. A second one for the same owner is what a restarted process makes. */
  connect(owner: string): ContainerRuntime;
  /** A runtime whose engine is not there. */
  connectNowhere(): ContainerRuntime;
  /** An image that is on the engine and in no registry. To run programs it has busybox: `sh`, `httpd`, `wget` and so on. */
  readonly image: string;

  /** The names of all pods on the engine, whoever's. */
  podNames(): Promise<readonly string[]>;
  /**
   * A text that changes whenever the pod is made anew or the container is made, started or stopped; `undefined` when it is
   * not there. Without a container: all containers of the pod.
   */
  trace(pod: string, container?: string): Promise<string | undefined>;
  /** Runs a pod that has nothing to do with k4e. */
  startForeignPod(name: string): Promise<void>;
  /** Makes a pod as `start` does, and stops short of starting it: what a crash in the middle leaves. */
  createWithoutStarting(owner: string, pod: PodRequest): Promise<void>;
  /** Kills a container's first process. */
  kill(pod: string, container: string): Promise<void>;
  /** Stops a pod in the engine's own way. */
  stop(pod: string): Promise<void>;
  /** Removes a pod in the engine's own way. */
  remove(pod: string): Promise<void>;
  /** Removes one container out of a pod. */
  removeContainer(pod: string, container: string): Promise<void>;
  /** Ends the engine's service and starts it again; containers live on. */
  restartEngine(): Promise<void>;
  /** Lets a program that is no container listen on a host port; the result ends it. */
  occupyPort(port: number, protocol: 'tcp' | 'udp'): Promise<() => Promise<void>>;

  /** What a peer gets by HTTP from a host port; `undefined` when nobody answers. Only asked where programs run. */
  fetch(port: number, path: string): Promise<string | undefined>;
  /** Sends a datagram to a host port, as a peer. Only asked where programs run. */
  sendDatagram(port: number): Promise<void>;
  /** The path of an empty directory on the engine's host that any container may write. Only asked where programs run. */
  makeHostDirectory(): Promise<string>;

  /** Removes all pods, whoever's. */
  reset(): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * What an engine may lack: `programs`, when containers run nothing, as in memory; `engineRestart`, when its service
 * cannot be restarted without its containers.
 */
export type EngineAbility = 'programs' | 'engineRestart';

/** What the suite is run over. */
export interface ContainerRuntimeContractOptions {
  /** Called once. */
  openSubject(): Promise<ContainerRuntimeSubject>;
  /** What the engine cannot do, each with the reason. The tests that need it are left out. */
  readonly lacks?: Partial<Readonly<Record<EngineAbility, string>>>;
}
