import { randomBytes } from 'node:crypto';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { containerHost } from '../container-host/index.ts';
import { defaultPartContext } from '../parts/index.ts';
import type { PartContext } from '../parts/index.ts';
import { findPodmanPrograms, pingPodman } from '../podman/index.ts';
import type { Podman } from '../podman/index.ts';
import { runChecked, runCommand, startInSteps } from '../processes/index.ts';
import type { CommandOptions, CommandResult, Stoppable } from '../processes/index.ts';
import { buildWorkloadImage } from '../workload-image/index.ts';
import { socketOf, startDeviceContainer } from './device-container.ts';
import type { DevicePort } from './device-container.ts';
import { findDeviceImage } from './device-image.ts';

/** The ports of a device that are published when its options name none: for host ports of its pods. */
export const DEVICE_PORTS: readonly number[] = Array.from({ length: 8 }, (_, index) => 18_080 + index);

/** How a device is started. */
export interface DeviceOptions {
  readonly signal?: AbortSignal;
  /** Where its parts are looked for. Default: this process's environment. */
  readonly context?: PartContext;
  /** Its container's and its host's name: a DNS label. Default: `device-` and eight random digits. */
  readonly name?: string;
  /** Ports of the device that are to be reached from here. Default `DEVICE_PORTS`. */
  readonly ports?: readonly DevicePort[];
  /** Archives of images to load besides the workload image. */
  readonly archives?: readonly string[];
}

/** A machine of a fleet, as far as podman goes: a container with a podman 5 of its own in it, which has the workload image. */
export interface Device extends Stoppable {
  readonly name: string;
  /** The device's podman, reached from this process. */
  readonly socketPath: string;
  /** The version of the device's podman. */
  readonly podmanVersion: string;
  /** The address at which `hostPort(...)` is reached from here. */
  readonly address: string;
  /** The address at which programs in the device reach this process, when it listens there or on all addresses. */
  readonly hostAddress: string;
  /** The port at `address` that leads to a published port of the device; throws for one that is not published. */
  hostPort(innerPort: number, protocol?: 'tcp' | 'udp'): number;
  /** What a command line begins with so that the program runs in the device: for collaborators that start programs. */
  readonly enter: readonly string[];
  /** The same for programs and files of this machine: only the network is the device's. */
  readonly enterNetwork: readonly string[];
  /** Runs a program of the device's in it. A non-zero status is a result, not an error. */
  exec(args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
}

/** Starts a device (1.5 s; the first of a process 1 s more). Fails with `PartUnavailableError` when it cannot be had. */
export async function startDevice(options: DeviceOptions = {}): Promise<Device> {
  const context = options.context ?? defaultPartContext();
  const { catatonit } = await findPodmanPrograms(context);
  const image = await findDeviceImage(context);
  const host = await containerHost(context, [image.location]);
  const name = options.name ?? `device-${randomBytes(4).toString('hex')}`;
  const call = options.signal === undefined ? {} : { signal: options.signal };
  return startInSteps(async (undo) => {
    const directory = join(host.directory, name);
    undo(() => rm(directory, { recursive: true, force: true }));
    const ports = options.ports ?? DEVICE_PORTS;
    const container = await startDeviceContainer({ ...call, name, directory, init: catatonit, ports });
    undo(async () => {
      await container.stop({ timeout: 0 });
    });
    const pid = await processOf(host, container.getId(), call);
    const enter = enterContainer(host, pid);
    const images = [(await buildWorkloadImage(context)).archive, ...(options.archives ?? [])];
    for (const image of images) await loadImage(image, directory, enter, call);
    const socketPath = socketOf(directory);
    return {
      name,
      socketPath,
      podmanVersion: (await pingPodman(socketPath)) ?? 'unknown',
      address: host.address,
      hostAddress: host.hostAddress,
      hostPort: (inner, protocol = 'tcp') => container.getMappedPort(inner, protocol),
      enter,
      enterNetwork: [...host.enter, 'nsenter', `--target=${String(pid)}`, '--net', '--'],
      exec: (args, own) => runCommand([...enter, ...args], own),
    };
  });
}

async function processOf(host: Podman, id: string, call: { readonly signal?: AbortSignal }): Promise<number> {
  const inspected = await host.podman(['inspect', '--format={{.State.Pid}}', id], call);
  const pid = Number(inspected.stdout.trim());
  if (!Number.isSafeInteger(pid) || pid <= 0)
    throw new Error(`device container ${id} does not run: ${inspected.stderr}`);
  return pid;
}

// nsenter takes a few milliseconds, `podman exec` a hundred and more.
function enterContainer(host: Podman, pid: number): readonly string[] {
  const inContainer = ['nsenter', `--target=${String(pid)}`, '--mount', '--uts', '--ipc', '--net', '--pid', '--'];
  return [...host.enter, ...inContainer, 'env', `PATH=${PATH_IN_DEVICE}`];
}

const PATH_IN_DEVICE = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

async function loadImage(
  archive: string,
  directory: string,
  enter: readonly string[],
  call: { readonly signal?: AbortSignal },
): Promise<void> {
  const shared = join(directory, 'shared', 'image.tar');
  await copyFile(archive, shared);
  await runChecked([...enter, 'podman', 'load', '--quiet', '--input=/k4e-shared/image.tar'], call);
  await rm(shared);
}
