import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StartedTestContainer, WaitStrategy } from 'testcontainers';

import { pingPodman } from '../podman/index.ts';
import { waitUntil } from '../processes/index.ts';
import { DEVICE_IMAGE } from './device-recipe.ts';

/** A port of a device that is published: of TCP when it is a number. */
export type DevicePort = number | `${number}/${'tcp' | 'udp'}`;

/** What a device container is made of. */
export interface DeviceContainerOptions {
  readonly signal?: AbortSignal;
  readonly name: string;
  /** The device's own directory on this machine: its storage and its socket. */
  readonly directory: string;
  /** A static init of this machine's, which the device has as process 1. */
  readonly init: string;
  readonly ports: readonly DevicePort[];
}

const START_DEADLINE_MS = 60_000;

/** Where the device's podman listens, on this machine. */
export function socketOf(directory: string): string {
  return join(directory, 'shared', 'podman.sock');
}

/** Starts the container, whose program is podman as a service, and resolves when that answers. */
export async function startDeviceContainer(options: DeviceContainerOptions): Promise<StartedTestContainer> {
  const { name, directory } = options;
  for (const folder of ['shared', 'containers']) await mkdir(join(directory, folder), { recursive: true });
  await writeFile(join(directory, 'containers.conf'), CONTAINERS_CONF);
  // Loaded here, where it is needed: it takes half a second, and most tests start no device.
  const { GenericContainer } = await import('testcontainers');
  const container = new GenericContainer(DEVICE_IMAGE)
    .withName(name)
    .withHostname(name)
    .withPrivilegedMode()
    .withBindMounts([
      { source: options.init, target: INIT, mode: 'ro' },
      { source: join(directory, 'containers.conf'), target: '/etc/containers/containers.conf', mode: 'ro' },
      { source: join(directory, 'shared'), target: SHARED },
      // Its storage cannot be on the container's own file system: an overlay does not go on an overlay.
      { source: join(directory, 'containers'), target: '/var/lib/containers' },
    ])
    .withExposedPorts(...options.ports)
    .withEntrypoint([INIT, '--'])
    .withCommand(['podman', 'system', 'service', '--time=0', `unix://${SHARED}/podman.sock`])
    .withWaitStrategy(untilPodmanAnswers(options));
  return container.start();
}

const INIT = '/k4e-init';
const SHARED = '/k4e-shared';

const CONTAINERS_CONF = `[containers]
default_ulimits = ["nofile=20000:20000", "nproc=30000:30000"]
[engine]
runtime = "crun"
cgroup_manager = "cgroupfs"
events_logger = "file"
`;

// testcontainers waits for all exposed ports, or for a health check that nobody runs without systemd; here neither is right.
function untilPodmanAnswers({ signal, name, directory }: DeviceContainerOptions): WaitStrategy {
  const strategy: WaitStrategy = {
    waitUntilReady: async () => {
      const options = { what: `the podman of ${name} answers`, deadlineMs: START_DEADLINE_MS };
      await waitUntil(() => pingPodman(socketOf(directory)), {
        ...options,
        ...(signal === undefined ? {} : { signal }),
      });
    },
    withStartupTimeout: () => strategy,
    isStartupTimeoutSet: () => true,
    getStartupTimeout: () => START_DEADLINE_MS,
  };
  return strategy;
}
