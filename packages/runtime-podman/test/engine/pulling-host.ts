import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineHost } from './engine-host.ts';
import { REGISTRY_IMAGE, startRegistry } from './registry.ts';
import type { Registry } from './registry.ts';
import { startRestartableService } from './restartable-service.ts';

/** A host with a service that may pull from a registry. */
export interface PullingHost {
  readonly host: EngineHost;
  readonly registry: Registry;
  /** The registry's, as podman calls it. */
  readonly address: string;
  /** The image of the registry, as podman calls it. */
  readonly image: string;
  /** Of the service that may pull. */
  readonly socketPath: string;
  stop(): Promise<void>;
}

/** Starts both. */
export async function startPullingHost(startHost: () => Promise<EngineHost>): Promise<PullingHost> {
  const [host, registry] = await Promise.all([startHost(), startRegistry()]);
  const address = `${host.hostAddress}:${registry.port}`;
  const directory = await host.sharedDirectory('registries');
  const settings = `[[registry]]\nlocation = "${address}"\ninsecure = true\n`;
  await writeFile(join(directory.here, 'registries.conf'), settings);
  const env = { CONTAINERS_REGISTRIES_CONF: join(directory.there, 'registries.conf') };
  const { socketPath } = await startRestartableService(host, env);
  return {
    host,
    registry,
    address,
    image: `${address}/${REGISTRY_IMAGE}`,
    socketPath,
    async stop() {
      await registry.stop();
      await host.stop();
    },
  };
}
