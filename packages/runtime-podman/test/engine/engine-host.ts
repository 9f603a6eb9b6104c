import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildWorkloadImage, startDevice, startPodman } from '@k4e/testbed';

/** Where a podman runs, and how it is reached from here. */
export interface EngineHost {
  /** Its API, of a service that stays up. */
  readonly socketPath: string;
  /** What a command line begins with so that a program runs beside podman. */
  readonly enter: readonly string[];
  /** The same for programs of this machine: only the network is podman's. */
  readonly enterNetwork: readonly string[];
  /** The variables that make a podman program use the same storage. */
  readonly env: Readonly<Record<string, string>>;
  /** Where programs there reach this process. */
  readonly hostAddress: string;
  /** Where a host port of its pods is reached from here. */
  peerAddress(port: number, protocol: 'tcp' | 'udp'): { readonly address: string; readonly port: number };
  /** A new directory that both sides see, and its path there. */
  sharedDirectory(name: string): Promise<{ readonly here: string; readonly there: string }>;
  stop(): Promise<void>;
}

/** The directory that a device shares with this machine. */
const DEVICE_SHARE = '/k4e-shared';

/** The host ports that a device has to lead here for the suite. */
const DEVICE_PORTS = Array.from({ length: 8 }, (_, index) => 18_080 + index);

/** This machine's own podman, isolated. */
export async function startMachineHost(): Promise<EngineHost> {
  const podman = await startPodman({ isolated: true, archives: [(await buildWorkloadImage()).archive] });
  const directory = dirname(podman.socketPath);
  return {
    socketPath: podman.socketPath,
    enter: podman.enter,
    enterNetwork: podman.netns.enter,
    env: podman.env,
    hostAddress: podman.hostAddress,
    peerAddress: (port) => ({ address: podman.address, port }),
    sharedDirectory: (name) => makeShared(directory, directory, name),
    stop: () => podman.stop(),
  };
}

/** The podman of a device container. */
export async function startDeviceHost(): Promise<EngineHost> {
  const udpPorts = DEVICE_PORTS.map((port): `${number}/udp` => `${port}/udp`);
  const device = await startDevice({ ports: [...DEVICE_PORTS, ...udpPorts] });
  return {
    socketPath: device.socketPath,
    enter: device.enter,
    enterNetwork: device.enterNetwork,
    env: {},
    hostAddress: device.hostAddress,
    peerAddress: (port, protocol) => ({ address: device.address, port: device.hostPort(port, protocol) }),
    sharedDirectory: (name) => makeShared(dirname(device.socketPath), DEVICE_SHARE, name),
    stop: () => device.stop(),
  };
}

/** Both hosts, for tests that run on each; `part` is what it takes. */
export const ENGINE_HOSTS = [
  { name: 'podman of this machine', part: 'isolated-podman', start: startMachineHost },
  { name: 'podman of a device', part: 'device', start: startDeviceHost },
] as const;

async function makeShared(here: string, there: string, name: string): Promise<{ here: string; there: string }> {
  await mkdir(join(here, name), { recursive: true });
  return { here: join(here, name), there: join(there, name) };
}
