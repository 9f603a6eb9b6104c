import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Netns } from '../netns/index.ts';
import { childrenOf, mountsBelow, runChecked, startDaemon, waitUntil } from '../processes/index.ts';
import type { CleanupStep, ProcessIdentity } from '../processes/index.ts';

/** Namespaces in which a podman has the machine for itself. */
export interface Enclosure {
  /** What a command line begins with so that the program runs inside. */
  readonly enter: readonly string[];
  /** Kills all that runs inside, and does what else was to be done. */
  stop(): Promise<void>;
}

/** How an enclosure is made. */
export interface EnclosureOptions {
  readonly signal?: AbortSignal;
  readonly netns: Netns;
  /** An init that waits: see `PodmanPrograms`. */
  readonly init: string;
  /** Holds its log. */
  readonly directory: string;
  /** What is to be undone once all inside are dead. */
  readonly afterwards: readonly CleanupStep[];
}

const READY_DEADLINE_MS = 10_000;

/**
 * Encloses a network namespace further: processes of its own (when the first is killed, the kernel kills all, containers
 * too), and mounts of its own with an empty `/run` and `/dev/shm`, where every podman of a machine otherwise meets the others.
 */
export async function enclose(options: EnclosureOptions): Promise<Enclosure> {
  const isolation = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation=private'];
  const holder = await startDaemon({
    command: [...options.netns.enter, ...isolation, options.init, '-P'],
    logFile: join(options.directory, 'enclosure.log'),
    waitsForChild: true,
    afterwards: options.afterwards,
  });
  const call = options.signal === undefined ? {} : { signal: options.signal };
  try {
    const wait = { ...call, what: 'the namespaces are there', deadlineMs: READY_DEADLINE_MS, intervalMs: 5 };
    const init = await waitUntil(() => initOf(holder.process, options.init), wait);
    const enter = ['nsenter', `--target=${String(init.pid)}`, '--mount', '--net', '--pid', '--'];
    for (const place of ['/run', '/dev/shm'])
      await runChecked([...enter, 'mount', '-t', 'tmpfs', 'tmpfs', place], call);
    for (const place of await forgottenHierarchies()) await runChecked([...enter, 'umount', place], call);
    return { enter, stop: () => holder.stop() };
  } catch (error) {
    await holder.stop();
    throw error;
  }
}

// On the hybrid layout podman 4.3 makes a group for each pod in these two hierarchies and never removes it. Without them the
// enclosure looks like version 1 alone.
async function forgottenHierarchies(): Promise<readonly string[]> {
  return (await mountsBelow('/sys/fs/cgroup')).filter((place) => /\/(unified|systemd)$/.test(place));
}

// The init is the child of `unshare`, once that has become the program it was told.
async function initOf(parent: ProcessIdentity, program: string): Promise<ProcessIdentity | undefined> {
  const [child] = childrenOf(parent);
  if (child === undefined) return undefined;
  const commandLine = await readFile(`/proc/${String(child.pid)}/cmdline`, 'utf8').catch(() => '');
  return commandLine.startsWith(`${program}\0`) ? child : undefined;
}
