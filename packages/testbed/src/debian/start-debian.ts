import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { defaultPartContext } from '../parts/index.ts';
import type { PartContext } from '../parts/index.ts';
import { findPodmanPrograms, startPodman } from '../podman/index.ts';
import type { Podman } from '../podman/index.ts';
import { checkedOutput, runChecked, runCommand, startInSteps, waitUntil } from '../processes/index.ts';
import type { CommandOptions, CommandResult, Stoppable } from '../processes/index.ts';
import { buildWorkloadImage } from '../workload-image/index.ts';
import { findDebianImage } from './debian-image.ts';
import { debianImageOf } from './debian-recipe.ts';
import type { DebianSuite } from './debian-recipe.ts';

/** How a machine is started. */
export interface DebianOptions {
  readonly suite: DebianSuite;
  readonly signal?: AbortSignal;
  /** Where its parts are looked for. Default: this process's environment. */
  readonly context?: PartContext;
}

/** A machine with Debian that has booted, and has the workload image. */
export interface DebianMachine extends Stoppable {
  readonly suite: DebianSuite;
  /** The address at which programs on the machine reach this process, when it listens there or on all addresses. */
  readonly hostAddress: string;
  /** Brings a file of this machine there; resolves with its path there. */
  bring(file: string): Promise<string>;
  /** Runs a program of the machine's on it. A non-zero status is a result, not an error. */
  exec(args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** Kills all of it at once and boots it: it keeps its files, and nothing that was in memory. */
  powerCycle(): Promise<void>;
}

const BOOT_DEADLINE_MS = 60_000;
const NAME = 'machine';
const SHARED = '/k4e-shared';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

// crun refuses machines where both versions of control groups are mounted.
const CONTAINERS_CONF = '[engine]\nruntime = "runc"\n';

// What systemd is told where it can have version 1 of control groups only.
const LEGACY_CGROUPS = ['SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1', 'systemd.unified_cgroup_hierarchy=0'];

/** Starts a machine (2 s). Fails with `PartUnavailableError` when it cannot be had. */
export async function startDebian({ suite, ...options }: DebianOptions): Promise<DebianMachine> {
  const context = options.context ?? defaultPartContext();
  const image = await findDebianImage(suite, context);
  const { layout } = await findPodmanPrograms(context);
  const call = options.signal === undefined ? {} : { signal: options.signal };
  return startInSteps(async (undo) => {
    const host = await startPodman({ ...call, context, isolated: true, imageStores: [image.location] });
    undo(() => host.stop());
    const bring = async (file: string): Promise<string> => {
      await copyFile(file, join(host.directory, 'shared', basename(file)));
      return join(SHARED, basename(file));
    };
    if (!layout.isUnified) await returnHierarchy(host, call);
    await boot(host, suite, layout.isUnified ? [] : LEGACY_CGROUPS, call);
    let inside = await enterMachine(host, call);
    const exec: DebianMachine['exec'] = (args, own) => runCommand([...host.enter, ...inside, ...args], own);
    await untilItHasBooted(suite, exec, call);
    const archive = await bring((await buildWorkloadImage(context)).archive);
    await runChecked([...host.enter, ...inside, 'podman', 'load', '--quiet', `--input=${archive}`], call);
    const powerCycle = async (): Promise<void> => {
      for (const args of [['kill'], ['wait'], ['start']]) {
        checkedOutput(args, await host.podman([...args, NAME], call));
      }
      inside = await enterMachine(host, call);
      await untilItHasBooted(suite, exec, call);
    };
    return { suite, hostAddress: host.hostAddress, bring, exec, powerCycle };
  });
}

/** What a command line begins with so that the program runs in the machine, as long as it is on. */
async function enterMachine(host: Podman, call: { readonly signal?: AbortSignal }): Promise<readonly string[]> {
  const pid = await host.podman(['inspect', '--format={{.State.Pid}}', NAME], call);
  return ['nsenter', `--target=${pid.stdout.trim()}`, '--all', '--', 'env', `PATH=${PATH}`];
}

async function untilItHasBooted(
  suite: DebianSuite,
  exec: DebianMachine['exec'],
  call: { readonly signal?: AbortSignal },
): Promise<void> {
  await waitUntil(async () => /running|degraded/.test((await exec(['systemctl', 'is-system-running'], call)).stdout), {
    ...call,
    what: `Debian ${suite} has booted`,
    deadlineMs: BOOT_DEADLINE_MS,
  });
}

// systemd makes its groups in this one. Were it not podman's as well, it would make them beside those of this machine.
async function returnHierarchy(host: Podman, call: { readonly signal?: AbortSignal }): Promise<void> {
  await runChecked([...host.enter, 'mount', '-t', 'cgroup2', 'cgroup2', '/sys/fs/cgroup/unified'], call);
}

// The container is made by the command line: the docker-compatible API of older podmans ignores the namespace of control groups.
async function boot(
  host: Podman,
  suite: DebianSuite,
  kernelArguments: readonly string[],
  call: { readonly signal?: AbortSignal },
): Promise<void> {
  const directories = { shared: SHARED, containers: '/var/lib/containers' };
  for (const name of Object.keys(directories)) await mkdir(join(host.directory, name));
  await writeFile(join(host.directory, 'containers.conf.d'), CONTAINERS_CONF);
  const mounts = Object.entries(directories).map(
    ([name, inside]) => `--volume=${join(host.directory, name)}:${inside}`,
  );
  const configuration = `--volume=${join(host.directory, 'containers.conf.d')}:/etc/containers/containers.conf.d/test.conf:ro`;
  const isolation = ['--privileged', '--systemd=always', '--cgroupns=private'];
  const run = ['run', '--detach', `--name=${NAME}`, `--hostname=${suite}`, ...isolation, ...mounts, configuration];
  const started = await host.podman([...run, debianImageOf(suite), '/sbin/init', ...kernelArguments], call);
  checkedOutput(['podman', ...run], started);
}
