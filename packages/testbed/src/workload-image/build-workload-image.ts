import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { defaultPartContext, findPart, openPartCache, writeImageArchive } from '../parts/index.ts';
import type { Attempt, FoundPart, PartContext } from '../parts/index.ts';
import { runChecked } from '../processes/index.ts';
import { findStaticBusybox } from './busybox.ts';
import { IMAGE_FILES } from './image-files.ts';

/** The name of the workload image, with a fixed tag: podman asks no registry for it. */
export const WORKLOAD_IMAGE = 'localhost/k4e-test/web:1';

/** The commands that the image has. A pod names one in its container's `command`; without, it serves. */
export const WORKLOAD_COMMANDS = {
  /** Serves `/www` on port 8080, or on the port that is its argument; ends at once on SIGTERM. `/cgi-bin/env` is its environment. */
  web: ['/bin/web'],
  /** Says so, and ends with status 1 after half a second, or after as many as its argument says. */
  crash: ['/bin/crash'],
  /** Does not end on SIGTERM. */
  stubborn: ['/bin/stubborn'],
} as const;

/** The workload image, ready to be loaded. */
export interface WorkloadImage {
  readonly name: string;
  /** An archive for `podman load --input`. It is in the cache: not to be changed. */
  readonly archive: string;
}

/**
 * The archive of an image of 2 MB that can be any workload of a test or a demo: busybox, a page, and the programs of
 * `WORKLOAD_COMMANDS`. Made without root, registry or podman, once for each content. Fails with `PartUnavailableError` when
 * there is no static busybox to be had.
 */
export async function buildWorkloadImage(context: PartContext = defaultPartContext()): Promise<WorkloadImage> {
  return { name: WORKLOAD_IMAGE, archive: (await findWorkloadImage(context)).location };
}

/** As `buildWorkloadImage`, as a part: its location is the archive. */
export async function findWorkloadImage(context: PartContext): Promise<FoundPart> {
  const cache = openPartCache(context.environment.cacheDirectory, context.progress);
  const busybox = await findStaticBusybox(context);
  const key = `workload-image-${await recipeDigest(busybox.location)}.tar`;
  return findPart(
    'workload image',
    [
      { way: 'cached', attempt: async () => located(await cache.find(key)) },
      {
        way: 'built',
        attempt: async () => located(await cache.findOrMake(key, (output) => build(busybox.location, output))),
      },
    ],
    context,
  );
}

function located(path: string | undefined): Attempt {
  return path === undefined ? { missed: 'none of this content' } : { found: path, from: path };
}

async function build(busybox: string, output: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'k4e-image-'));
  try {
    const root = join(scratch, 'root');
    await layOut(root, busybox);
    await writeImageArchive(
      { name: WORKLOAD_IMAGE, rootDirectory: root, command: WORKLOAD_COMMANDS.web },
      scratch,
      output,
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function layOut(root: string, busybox: string): Promise<void> {
  const bin = join(root, 'bin');
  await mkdir(bin, { recursive: true });
  await copyFile(busybox, join(bin, 'busybox'));
  await chmod(join(bin, 'busybox'), 0o755);
  const applets = (await runChecked([busybox, '--list']))
    .split('\n')
    .filter((name) => name !== '' && name !== 'busybox');
  for (const applet of applets) await symlink('busybox', join(bin, applet));
  for (const file of IMAGE_FILES) {
    const path = join(root, file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.text);
    await chmod(path, file.mode);
  }
  await mkdir(join(root, 'tmp'));
  for (const directory of [root, bin, ...['etc', 'www', 'www/cgi-bin'].map((name) => join(root, name))]) {
    await chmod(directory, 0o755);
  }
  await chmod(join(root, 'tmp'), 0o1777);
}

const DIGEST_LENGTH = 12;

async function recipeDigest(busybox: string): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([WORKLOAD_IMAGE, WORKLOAD_COMMANDS, IMAGE_FILES]));
  return hash
    .update(await readFile(busybox))
    .digest('hex')
    .slice(0, DIGEST_LENGTH);
}
