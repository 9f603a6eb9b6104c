import { startPodman } from '../podman/index.ts';
import type { Podman } from '../podman/index.ts';
import type { PartContext } from '../parts/index.ts';
import { findDeviceImage } from './device-image.ts';

/** Where the devices of this process run. */
let host: Promise<Podman> | undefined;

/**
 * The podman that runs the devices of this process: isolated, with the device image, and told to testcontainers by its
 * environment variables. There is one for a process, since testcontainers looks for its podman once and keeps it; it ends
 * with the process.
 */
export function deviceHost(context: PartContext): Promise<Podman> {
  host ??= startDeviceHost(context).catch((error: unknown) => {
    host = undefined;
    throw error;
  });
  return host;
}

async function startDeviceHost(context: PartContext): Promise<Podman> {
  const image = await findDeviceImage(context);
  const podman = await startPodman({ isolated: true, imageStores: [image.location], context });
  process.env.DOCKER_HOST = `unix://${podman.socketPath}`;
  process.env.TESTCONTAINERS_HOST_OVERRIDE = podman.address;
  // Its reaper is an image of a registry, and what it does the leash does.
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  return podman;
}
