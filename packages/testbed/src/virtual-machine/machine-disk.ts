import { chmod, copyFile, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { makeDebianTree } from '../debian/index.ts';
import {
  PLATFORM,
  PartUnavailableError,
  findPart,
  isRoot,
  openPartCache,
  recipeDigest,
  requirePrograms,
  withProgress,
} from '../parts/index.ts';
import type { Attempt, FoundPart, PartContext } from '../parts/index.ts';
import { makeTemporaryDirectory, runLeashed } from '../processes/index.ts';
import { DISK_SIZE, MACHINE_FILES, MACHINE_LINKS, MACHINE_RECIPE } from './machine-recipe.ts';

const PART = 'virtual machine';

/** What a machine boots from, in the directory that is the part. */
export const BOOT_FILES = { disk: 'disk.img', kernel: 'vmlinuz', initramfs: 'initrd.img' } as const;

const PROGRAMS = [
  { program: 'qemu-system-x86_64', package: 'qemu-system-x86' },
  { program: 'qemu-img', package: 'qemu-utils' },
  { program: 'mke2fs', package: 'e2fsprogs' },
];

/**
 * Finds what virtual machines are made of, the emulator among it. Its location is a directory with the `BOOT_FILES`, which
 * nobody may change. Fails with `PartUnavailableError`.
 */
export async function findVirtualMachine(context: PartContext): Promise<FoundPart> {
  if (process.arch !== 'x64') throw new PartUnavailableError(PART, ['built: for x64 only']);
  await requirePrograms(PART, PROGRAMS, context);
  const cache = openPartCache(context.environment.cacheDirectory, context.progress);
  const recipe = [MACHINE_RECIPE, DISK_SIZE, MACHINE_FILES, MACHINE_LINKS];
  const key = `virtual-machine-${recipeDigest(recipe)}-${PLATFORM}`;
  return findPart(
    PART,
    [
      { way: 'cached', attempt: async () => at(await cache.find(key)) },
      {
        way: 'built',
        attempt: async ({ signal }) =>
          at(await cache.findOrMake(key, (directory) => build(directory, context, signal))),
      },
    ],
    context,
  );
}

function at(directory: string | undefined): Attempt {
  return directory === undefined ? { missed: 'none of this recipe' } : { found: directory, from: directory };
}

async function build(directory: string, context: PartContext, signal?: AbortSignal): Promise<void> {
  if (!isRoot()) throw new Error('it takes root to build its disk');
  const scratch = await makeTemporaryDirectory();
  const root = join(scratch.path, 'root');
  const call = signal === undefined ? {} : { signal };
  try {
    await withProgress(context.progress, 'building the disk of virtual machines, about 90 s', async () => {
      await makeDebianTree(MACHINE_RECIPE, root, context, signal);
      await addMachineFiles(root);
      await mkdir(directory);
      for (const name of [BOOT_FILES.kernel, BOOT_FILES.initramfs]) await takeOut(root, name, directory);
      const disk = join(directory, BOOT_FILES.disk);
      await runLeashed(['mke2fs', '-q', '-t', 'ext4', '-d', root, disk, DISK_SIZE], call);
    });
  } finally {
    await scratch.release();
  }
}

async function addMachineFiles(root: string): Promise<void> {
  for (const { path, text, isProgram = false } of MACHINE_FILES) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    await chmod(join(root, path), isProgram ? 0o755 : 0o644);
  }
  for (const [link, target] of Object.entries(MACHINE_LINKS)) {
    await mkdir(dirname(join(root, link)), { recursive: true });
    await rm(join(root, link), { force: true });
    await symlink(target, join(root, link));
  }
}

/** The kernel and its initramfs bear its version in their names, and are given to the emulator beside the disk. */
async function takeOut(root: string, name: string, directory: string): Promise<void> {
  const [found] = (await readdir(join(root, 'boot'))).filter((file) => file.startsWith(`${name}-`));
  if (found === undefined) throw new Error(`the packages brought no ${name}`);
  await copyFile(join(root, 'boot', found), join(directory, name));
}
