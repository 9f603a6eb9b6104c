import { join } from 'node:path';

import { HOST_NETNS, connectToHost, createNetns } from '../netns/index.ts';
import type { HostCable, Netns } from '../netns/index.ts';
import { PartUnavailableError, isRoot } from '../parts/index.ts';
import type { PartContext } from '../parts/index.ts';
import { hold } from '../processes/index.ts';
import type { Undo } from '../processes/index.ts';
import { enclose } from './enclosure.ts';
import { takeTurn } from './machine-turn.ts';
import { storageDirectoryOf } from './podman-configuration.ts';
import type { PodmanPrograms } from './podman-programs.ts';

/** Where a podman runs. */
export interface PodmanPlace extends HostCable {
  /** What a command line begins with so that podman runs there. */
  readonly enter: readonly string[];
  /** The network namespace that pods publish their host ports in. */
  readonly netns: Netns;
}

/** What a place is made of. */
export interface PlaceOptions {
  readonly signal?: AbortSignal;
  readonly context: PartContext;
  readonly programs: PodmanPrograms;
  /** The podman's own directory. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The machine itself, once no other podman of the testbed is on it. Containers are removed one by one at the end, with their
 * rules and interfaces.
 */
export async function placeOnMachine(options: PlaceOptions, undo: Undo): Promise<PodmanPlace> {
  const { context, programs, directory, env } = options;
  // The podmans of other users have networks of their own.
  if (isRoot()) {
    const lockFile = join(context.environment.cacheDirectory, 'locks', 'machine-podman');
    await takeTurn({ ...options, lockFile, progress: context.progress }, undo);
  }
  const podman = (...args: readonly string[]): { kind: 'run'; command: readonly string[]; env: typeof env } => ({
    kind: 'run',
    command: [programs.podman, ...args],
    env,
  });
  const held = hold([
    podman('kill', '--all'),
    podman('pod', 'rm', '--all', '--force', '--time=0'),
    podman('rm', '--all', '--force', '--time=0'),
    // Files of a user's containers belong to other users: only podman may remove them.
    ...(isRoot() ? [] : [podman('unshare', 'rm', '-rf', storageDirectoryOf(directory))]),
  ]);
  undo(() => held.release());
  return { enter: [], netns: HOST_NETNS, address: '127.0.0.1', hostAddress: '127.0.0.1' };
}

/** Namespaces of its own, on the network namespace given or on a new one, joined with the machine's by a cable. */
export async function placeInEnclosure(
  options: PlaceOptions,
  given: Netns | undefined,
  undo: Undo,
): Promise<PodmanPlace> {
  if (!isRoot()) throw new PartUnavailableError('isolated podman', ['installed: namespaces take root']);
  const call = options.signal === undefined ? {} : { signal: options.signal };
  const netns = given ?? (await createNetns(call));
  if (given === undefined) undo(() => netns.stop());
  const cable = await connectToHost(netns, call);
  const enclosure = await enclose({
    ...call,
    netns,
    init: options.programs.catatonit,
    directory: options.directory,
    afterwards: [{ kind: 'remove-cgroups', storageDirectory: storageDirectoryOf(options.directory) }],
  });
  undo(() => enclosure.stop());
  return { enter: enclosure.enter, netns, ...cable };
}
