import { readlink } from 'node:fs/promises';
import { join } from 'node:path';

import { PartUnavailableError, defaultPartContext, isRoot, requirePrograms } from '../parts/index.ts';
import type { FoundPart, PartContext } from '../parts/index.ts';
import {
  makeTemporaryDirectory,
  runChecked,
  runCommand,
  startDaemon,
  startInSteps,
  waitUntil,
} from '../processes/index.ts';
import type { CommandOptions, CommandResult, Stoppable } from '../processes/index.ts';

/**
 * A network namespace: a host of its own as far as addresses, routes and firewalls go, on the same files and processes. When
 * it is stopped, its interfaces, its rules and the other ends of its cables go with it: soon, since the kernel takes namespaces
 * away one after the other.
 */
export interface Netns extends Stoppable {
  /** What a command line begins with so that the program runs in the namespace: for collaborators that start programs. */
  readonly enter: readonly string[];
  /** Names the namespace for `nsenter --net=`, good as long as the namespace is. */
  readonly path: string;
  /** A process that is in it. */
  readonly pid: number;
  /** Runs a program in it. A non-zero status is a result, not an error. */
  exec(args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
}

const READY_DEADLINE_MS = 10_000;

/** What network namespaces take: root, `ip`, and util-linux, which every Debian has. */
export async function findNetnsPrograms(context: PartContext): Promise<readonly FoundPart[]> {
  if (!isRoot()) throw new PartUnavailableError('network namespaces', ['installed: they take root']);
  const needed = [
    { program: 'ip', package: 'iproute2' },
    { program: 'nft', package: 'nftables' },
    { program: 'nsenter', package: 'util-linux' },
    { program: 'unshare', package: 'util-linux' },
  ];
  const programs = await requirePrograms('network namespaces', needed, context);
  const location = programs.get('ip') ?? 'ip';
  return [
    {
      name: 'network namespaces',
      location,
      way: 'installed',
      description: `network namespaces: installed, ${location}`,
    },
  ];
}

/**
 * Makes a network namespace with nothing in it but a loopback interface that is up. It has no name under `/run/netns`: it
 * lives as long as a process of ours that does nothing in it, so that nothing is left when that is killed.
 */
export async function createNetns(
  options: { readonly signal?: AbortSignal; readonly context?: PartContext } = {},
): Promise<Netns> {
  await findNetnsPrograms(options.context ?? defaultPartContext());
  const call = options.signal === undefined ? {} : { signal: options.signal };
  return startInSteps(async (undo) => {
    const directory = await makeTemporaryDirectory();
    undo(() => directory.release());
    const logFile = join(directory.path, 'netns.log');
    const holder = await startDaemon({ command: ['unshare', '--net', 'sleep', 'infinity'], logFile });
    undo(() => holder.stop());
    const { pid } = holder.process;
    const path = `/proc/${String(pid)}/ns/net`;
    const enter = ['nsenter', `--net=${path}`, '--'];
    await waitUntil(async () => (await readlink(path)) !== (await readlink(HOST_NETNS.path)), {
      ...call,
      what: 'the network namespace is there',
      deadlineMs: READY_DEADLINE_MS,
      intervalMs: 5,
    });
    await runChecked([...enter, 'ip', 'link', 'set', 'lo', 'up'], call);
    return { enter, path, pid, exec: (args, own) => runCommand([...enter, ...args], own) };
  });
}

/** The namespace that this process is in, to `connect` another one with it. It cannot be stopped. */
export const HOST_NETNS: Netns = {
  enter: [],
  path: '/proc/self/ns/net',
  pid: process.pid,
  exec: (args, options) => runCommand(args, options),
  stop: () => Promise.resolve(),
};
