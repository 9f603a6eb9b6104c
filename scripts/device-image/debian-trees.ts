import { createHash } from 'node:crypto';
import { cp, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  defaultPartContext,
  makeTemporaryDirectory,
  openPartCache,
  recipeDigest,
  requirePrograms,
  runLeashed,
  withProgress,
} from '@k4e/testbed';

/** Debian's stable release. */
const SUITE = 'trixie';
const SOURCES = [
  `deb http://deb.debian.org/debian ${SUITE} main`,
  `deb http://deb.debian.org/debian ${SUITE}-updates main`,
  `deb http://deb.debian.org/debian-security ${SUITE}-security main`,
];

/** What a device has besides what every Debian has: a kernel, an init, what gives it a network, and what runs pods. */
const DEVICE_PACKAGES = [
  ...['linux-image-amd64', 'initramfs-tools', 'zstd', 'kmod', 'udev', 'systemd', 'systemd-sysv', 'dbus'],
  ...['systemd-resolved', 'systemd-timesyncd', 'systemd-repart', 'e2fsprogs'],
  ...['podman', 'crun', 'netavark', 'aardvark-dns', 'nftables', 'catatonit', 'ca-certificates'],
];

const SSH_PACKAGES = ['openssh-server'];

/** What makes images, of the same release whatever release this machine has: none of it gets to the device. */
const TOOL_PACKAGES = [
  ...['grub-common', 'grub-pc-bin', 'grub-efi-amd64-signed', 'shim-signed'],
  ...['xorriso', 'mtools', 'dosfstools', 'squashfs-tools', 'fdisk'],
];

/** Documents, but not the licences. */
const LEFT_OUT = ['/usr/share/man/*', '/usr/share/info/*', '/usr/share/locale/*', '/usr/share/doc/*'];
const KEPT = '/usr/share/doc/*/copyright';

/** Files that have to be there when the kernel is installed, which makes its initramfs with them. */
const INITRAMFS_FILES = join(import.meta.dirname, 'root', 'initramfs');
const DEADLINE_MS = 1_800_000;
/** The age of files that the installation makes, in seconds since 1970. Those of an image are as old as its sources at most. */
const EPOCH_SECONDS = 1_756_684_800;

/** Trees of Debian as tar archives: what the device has, and the tools that make an image of it. */
export interface DebianTrees {
  readonly device: string;
  readonly tools: string;
}

/** How trees are had. */
export interface TreeOptions {
  readonly hasSsh: boolean;
  /** Makes them anew, of today's packages, also where they are there. */
  readonly isUpdate: boolean;
  readonly cacheDirectory: string;
  readonly progress: (line: string) => void;
}

interface Tree {
  readonly name: string;
  readonly packages: readonly string[];
  /** A directory whose files are there before the packages are. */
  readonly files?: string;
}

/** Finds the trees in the cache, or makes them with mmdebstrap (two minutes). It takes root. */
export async function findDebianTrees(options: TreeOptions): Promise<DebianTrees> {
  const needed = ['mmdebstrap', 'tar'].map((program) => ({ program, package: program }));
  await requirePrograms('device image', needed, defaultPartContext());
  const packages = [...DEVICE_PACKAGES, ...(options.hasSsh ? SSH_PACKAGES : [])];
  return {
    device: await findTree({ name: 'device', packages, files: INITRAMFS_FILES }, options),
    tools: await findTree({ name: 'tools', packages: TOOL_PACKAGES }, options),
  };
}

async function findTree(tree: Tree, { isUpdate, cacheDirectory, progress }: TreeOptions): Promise<string> {
  const recipe = [SUITE, SOURCES, tree.packages, LEFT_OUT, KEPT, EPOCH_SECONDS, await contentsOf(tree.files)];
  const key = `debian-tree-${tree.name}-${recipeDigest(recipe)}-amd64.tar`;
  if (isUpdate) await rm(join(cacheDirectory, key), { force: true });
  return openPartCache(cacheDirectory, progress).findOrMake(key, (archive) =>
    withProgress(progress, `installing Debian ${SUITE} (${tree.name}), about a minute`, () => make(tree, archive)),
  );
}

async function make({ packages, files }: Tree, archive: string): Promise<void> {
  const scratch = await makeTemporaryDirectory();
  const staged = join(scratch.path, 'files');
  try {
    if (files !== undefined) await cp(files, staged, { recursive: true });
    await runLeashed(
      [
        ...['mmdebstrap', '--mode=root', '--variant=essential', '--architectures=amd64', '--format=tar', '--quiet'],
        ...LEFT_OUT.map((path) => `--dpkgopt=path-exclude=${path}`),
        `--dpkgopt=path-include=${KEPT}`,
        ...(files === undefined ? [] : [`--essential-hook=sync-in ${staged} /`]),
        ...[`--include=${packages.join(',')}`, SUITE, archive, ...SOURCES],
      ],
      { env: { ...process.env, SOURCE_DATE_EPOCH: String(EPOCH_SECONDS) }, deadlineMs: DEADLINE_MS },
    );
  } finally {
    await scratch.release();
  }
}

/** The digests of all files below a directory, by their names. */
async function contentsOf(directory: string | undefined): Promise<readonly string[]> {
  if (directory === undefined) return [];
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.sort().map(async (file) => {
      const content = await readFile(file);
      return `${file.slice(directory.length)} ${createHash('sha256').update(content).digest('hex')}`;
    }),
  );
}
