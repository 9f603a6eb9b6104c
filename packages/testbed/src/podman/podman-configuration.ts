import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { CgroupLayout } from './cgroup-layout.ts';

/** What a podman of the tests is told about itself. */
export interface PodmanConfiguration {
  /** Holds all of it: storage, run-time state, configuration. */
  readonly directory: string;
  readonly layout: CgroupLayout;
  /** It runs without the machine's systemd. */
  readonly isolated: boolean;
  /** Directories with images that it may use but not change. */
  readonly imageStores: readonly string[];
}

/** Where a podman configured so keeps containers and images. */
export function storageDirectoryOf(directory: string): string {
  return join(directory, 'storage');
}

/** Writes the configuration files and resolves with the environment that makes podman read them, instead of the user's. */
export async function writePodmanConfiguration(
  configuration: PodmanConfiguration,
): Promise<Readonly<Record<string, string>>> {
  const { directory } = configuration;
  const containersConf = join(directory, 'containers.conf');
  const storageConf = join(directory, 'storage.conf');
  for (const name of ['storage', 'run', 'libpod', 'networks']) await mkdir(join(directory, name), { recursive: true });
  await writeFile(containersConf, containersConfiguration(configuration));
  await writeFile(storageConf, storageConfiguration(configuration));
  return { CONTAINERS_CONF: containersConf, CONTAINERS_STORAGE_CONF: storageConf };
}

function containersConfiguration({ directory, layout, isolated }: PodmanConfiguration): string {
  const withoutSystemd = ['cgroup_manager = "cgroupfs"', 'events_logger = "file"'];
  return lines([
    '[containers]',
    // Limits that only root may raise.
    ...(process.getuid?.() === 0 ? ['default_ulimits = ["nofile=20000:20000", "nproc=30000:30000"]'] : []),
    '[engine]',
    // The other kind is shared memory with a name that every podman of the machine uses; a second podman with state of its
    // own would free the locks of the first.
    'lock_type = "file"',
    `tmp_dir = ${JSON.stringify(join(directory, 'libpod'))}`,
    ...(layout.isUnified ? [] : ['runtime = "runc"']),
    ...(isolated || !layout.hasSystemd ? withoutSystemd : []),
    '[network]',
    'network_backend = "netavark"',
    `network_config_dir = ${JSON.stringify(join(directory, 'networks'))}`,
  ]);
}

function storageConfiguration({ directory, imageStores }: PodmanConfiguration): string {
  return lines([
    '[storage]',
    'driver = "overlay"',
    `graphroot = ${JSON.stringify(storageDirectoryOf(directory))}`,
    // A podman that is not root's ignores graphroot and takes the user's own storage instead.
    `rootless_storage_path = ${JSON.stringify(storageDirectoryOf(directory))}`,
    `runroot = ${JSON.stringify(join(directory, 'run'))}`,
    '[storage.options]',
    `additionalimagestores = ${JSON.stringify(imageStores)}`,
  ]);
}

function lines(text: readonly string[]): string {
  return `${text.join('\n')}\n`;
}
