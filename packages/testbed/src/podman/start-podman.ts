import { join } from 'node:path';

import type { HostCable, Netns } from '../netns/index.ts';
import { defaultPartContext } from '../parts/index.ts';
import type { PartContext } from '../parts/index.ts';
import {
  makeTemporaryDirectory,
  runChecked,
  runCommand,
  startDaemon,
  startInSteps,
  waitUntil,
} from '../processes/index.ts';
import type { CommandOptions, CommandResult, Daemon, Stoppable, Undo } from '../processes/index.ts';
import { pingPodman } from './ping.ts';
import { writePodmanConfiguration } from './podman-configuration.ts';
import { placeInEnclosure, placeOnMachine } from './podman-place.ts';
import { findPodmanPrograms } from './podman-programs.ts';

/** How a podman is started. */
export interface PodmanOptions {
  readonly signal?: AbortSignal;
  /** Where its programs are looked for. Default: this process's environment. */
  readonly context?: PartContext;
  /**
   * Whether it gets namespaces of its own: network, mounts and processes. Then any number run side by side, host ports are
   * all free, and `stop()` is quick. Takes root. Without, it uses the machine's own network, which one of root's podmans does
   * at a time: the next one waits for its end.
   */
  readonly isolated?: boolean;
  /** With `isolated`: the network namespace to use, which the caller stops afterwards. Default: a new one. */
  readonly netns?: Netns;
  /** Archives of images to load, `buildWorkloadImage()`'s for one. */
  readonly archives?: readonly string[];
  /** Storage directories of another podman, whose images this one may use but not change. */
  readonly imageStores?: readonly string[];
}

/** The machine's podman as a service, on storage of its own: none of the user's containers, images or networks is there. */
export interface Podman extends Stoppable, HostCable {
  /** `4.3.1`. */
  readonly version: string;
  /** The libpod and the docker-compatible REST API. */
  readonly socketPath: string;
  /** What makes any podman program use the same storage, when it is started in the same place. */
  readonly env: Readonly<Record<string, string>>;
  /** The namespace in which pods publish their host ports; this process's own when not isolated. */
  readonly netns: Netns;
  /** What a command line begins with so that the program runs where podman does: nothing when not isolated. */
  readonly enter: readonly string[];
  /** Holds all of it. What is put there is removed with it. */
  readonly directory: string;
  /** Runs the podman program on the same storage, beside the service. A non-zero status is a result, not an error. */
  podman(args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
}

const READY_DEADLINE_MS = 30_000;

/** Starts a podman (0.3 s; isolated 0.5 s), installed first if this process may. Fails with `PartUnavailableError` when it cannot be had. */
export async function startPodman(options: PodmanOptions = {}): Promise<Podman> {
  const context = options.context ?? defaultPartContext();
  const programs = await findPodmanPrograms(context);
  return startInSteps(async (undo) => {
    const directory = await makeTemporaryDirectory();
    undo(() => directory.release());
    const isolated = options.isolated ?? false;
    const { path } = directory;
    const { layout } = programs;
    const env = await writePodmanConfiguration({
      directory: path,
      layout,
      isolated,
      imageStores: options.imageStores ?? [],
    });
    const call = options.signal === undefined ? {} : { signal: options.signal };
    const wishes = { ...call, context, programs, directory: path, env };
    const place = await (isolated ? placeInEnclosure(wishes, options.netns, undo) : placeOnMachine(wishes, undo));
    const command = [...place.enter, programs.podman];
    const wholeEnv = { ...withoutConnections(process.env), ...env };
    const socketPath = join(path, 'podman.sock');
    const version = await startService(command, { ...call, directory: path, env: wholeEnv, socketPath }, undo);
    for (const archive of options.archives ?? []) {
      await runChecked([...command, 'load', '--quiet', `--input=${archive}`], { ...call, env: wholeEnv });
    }
    const { enter, netns, address, hostAddress } = place;
    const podman: Podman['podman'] = (args, own) => runCommand([...command, ...args], { ...own, env: wholeEnv });
    return { version, socketPath, directory: path, env, enter, netns, address, hostAddress, podman };
  });
}

interface ServiceOptions {
  readonly signal?: AbortSignal;
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly socketPath: string;
}

async function startService(podman: readonly string[], options: ServiceOptions, undo: Undo): Promise<string> {
  const { directory, env, socketPath, signal } = options;
  const daemon = await startDaemon({
    command: [...podman, 'system', 'service', '--time=0', `unix://${socketPath}`],
    logFile: join(directory, 'podman.log'),
    env,
    waitsForChild: podman.length > 1,
  });
  undo(() => daemon.stop());
  return waitUntil(() => versionOf(daemon, socketPath), {
    ...(signal === undefined ? {} : { signal }),
    what: 'podman answers',
    deadlineMs: READY_DEADLINE_MS,
    intervalMs: 20,
  });
}

async function versionOf(daemon: Daemon, socketPath: string): Promise<string | undefined> {
  if (!daemon.isRunning()) throw new Error(`podman ended: ${await daemon.logTail()}`);
  return pingPodman(socketPath);
}

// A user's variables may send the podman program to another podman, far away.
function withoutConnections(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !['CONTAINER_HOST', 'CONTAINER_CONNECTION'].includes(name)),
  );
}
