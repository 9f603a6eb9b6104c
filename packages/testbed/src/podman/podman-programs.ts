import { findNetnsPrograms } from '../netns/index.ts';
import { isRoot, requirePrograms } from '../parts/index.ts';
import type { FoundPart, NeededProgram, PartContext } from '../parts/index.ts';
import { runChecked } from '../processes/index.ts';
import { detectCgroupLayout } from './cgroup-layout.ts';
import type { CgroupLayout } from './cgroup-layout.ts';

/** Where the parts of podman are that are not in a directory of programs. */
const HELPER_DIRECTORIES = [
  '/usr/lib/podman',
  '/usr/libexec/podman',
  '/usr/local/libexec/podman',
  '/usr/libexec/catatonit',
];

/** What podman takes besides when it is not root's: identities and a network of its own. */
const ROOTLESS_PROGRAMS: readonly NeededProgram[] = [
  { program: 'newuidmap', package: 'uidmap' },
  { program: 'slirp4netns', package: 'slirp4netns', paths: ['/usr/bin/pasta'] },
];

/** What podman is on this machine. */
export interface PodmanPrograms {
  readonly part: FoundPart;
  readonly podman: string;
  /** An init that only waits and reaps: process 1 of an isolated podman, and of device containers. */
  readonly catatonit: string;
  readonly layout: CgroupLayout;
}

/** Finds podman with all that it needs to run pods, or installs it. Fails with `PartUnavailableError`. */
export async function findPodmanPrograms(context: PartContext): Promise<PodmanPrograms> {
  const layout = await detectCgroupLayout();
  const programs = await requirePrograms('podman', neededPrograms(layout), context);
  const podman = programs.get('podman') ?? 'podman';
  const version = (await runChecked([podman, '--version'])).trim().split(' ').at(-1) ?? 'of unknown version';
  const location = podman;
  const part: FoundPart = {
    name: 'podman',
    location,
    way: 'installed',
    description: `podman ${version}: installed, ${podman}`,
  };
  return { part, podman, catatonit: programs.get('catatonit') ?? 'catatonit', layout };
}

/** What a podman in namespaces of its own takes: all of that, and root. Fails with `PartUnavailableError`. */
export async function findIsolatedPodman(context: PartContext): Promise<readonly FoundPart[]> {
  const { part } = await findPodmanPrograms(context);
  return [part, ...(await findNetnsPrograms(context))];
}

function neededPrograms(layout: CgroupLayout): readonly NeededProgram[] {
  const needed: NeededProgram[] = [
    { program: 'podman', package: 'podman' },
    { program: 'conmon', package: 'conmon' },
    layout.isUnified
      ? { program: 'crun', package: 'crun', paths: ['/usr/bin/runc', '/usr/sbin/runc'] }
      : { program: 'runc', package: 'runc' },
    helper('netavark'),
    helper('aardvark-dns'),
    helper('catatonit'),
    { program: 'iptables', package: 'iptables' },
    { program: 'nft', package: 'nftables' },
    { program: 'ip', package: 'iproute2' },
  ];
  return isRoot() ? needed : [...needed, ...ROOTLESS_PROGRAMS];
}

function helper(program: string): NeededProgram {
  return { program, package: program, paths: HELPER_DIRECTORIES.map((directory) => `${directory}/${program}`) };
}
