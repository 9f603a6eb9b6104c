import { isRoot } from '../parts/index.ts';
import type { PartContext } from '../parts/index.ts';
import { startPodman } from '../podman/index.ts';
import type { Podman } from '../podman/index.ts';

/** What the containers of this process run on. */
export interface ContainerHost extends Podman {
  /** Storage directories whose images are there at once. */
  readonly imageStores: readonly string[];
}

/** Where the containers of this process run. */
let host: Promise<ContainerHost> | undefined;

/**
 * The podman that runs what this process starts through testcontainers, which is told of it by its environment variables:
 * isolated where this process may. There is one for a process, since testcontainers looks for its podman once and keeps it;
 * it ends with the process. It has the image stores of those who ask first; fails when one that is asked for later is not
 * among them.
 */
export async function containerHost(context: PartContext, imageStores: readonly string[]): Promise<ContainerHost> {
  host ??= startContainerHost(context, imageStores).catch((error: unknown) => {
    host = undefined;
    throw error;
  });
  const started = await host;
  const missing = imageStores.filter((store) => !started.imageStores.includes(store));
  if (missing.length > 0) {
    throw new Error(`prepare parts before the first container is started; the podman here lacks ${missing.join(', ')}`);
  }
  return started;
}

async function startContainerHost(context: PartContext, imageStores: readonly string[]): Promise<ContainerHost> {
  const podman = await startPodman({ isolated: isRoot(), imageStores, context });
  process.env.DOCKER_HOST = `unix://${podman.socketPath}`;
  process.env.TESTCONTAINERS_HOST_OVERRIDE = podman.address;
  // Its reaper is an image of a registry, and what it does the leash does.
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  return { ...podman, imageStores };
}
