import { join } from 'node:path';

import { PLATFORM, findPart, openPartCache, recipeDigest, requirePrograms, withProgress } from '../parts/index.ts';
import type { Attempt, FoundPart, PartContext, PartSource } from '../parts/index.ts';
import { fillImageStorage, findIsolatedPodman, findPodmanPrograms, registryAnswers } from '../podman/index.ts';
import { makeTemporaryDirectory, runLeashed } from '../processes/index.ts';
import { DEVICE_IMAGE, DEVICE_RECIPE, PUBLIC_DEVICE_IMAGE } from './device-recipe.ts';

// What debootstrap starts and mounts in the new tree ends with it, however it ends.
const ALONE = ['unshare', '--pid', '--mount', '--fork', '--kill-child', '--mount-proc'];

const DEBOOTSTRAP_DEADLINE_MS = 900_000;

/**
 * Finds the image of devices, a machine with podman 5 in it. Its location is a podman storage directory that has it as
 * `DEVICE_IMAGE`. Fails with `PartUnavailableError`.
 */
export async function findDeviceImage(context: PartContext): Promise<FoundPart> {
  await findIsolatedPodman(context);
  const { environment, progress } = context;
  const cache = openPartCache(environment.cacheDirectory, progress);
  const key = keyOf([DEVICE_IMAGE, DEVICE_RECIPE]);
  const chosen = environment.deviceImage;
  const sources: PartSource[] = [
    {
      way: 'environment',
      attempt: async ({ signal }) => {
        if (chosen === undefined) return { missed: 'K4E_TEST_DEVICE_IMAGE is not set' };
        return at(await cache.findOrMake(keyOf(chosen), (storage) => pull(chosen, storage, context, signal)));
      },
    },
    { way: 'cached', attempt: async () => at(await cache.find(key)) },
    {
      way: 'pulled',
      attempt: async ({ signal }) => {
        if (!(await registryAnswers(PUBLIC_DEVICE_IMAGE))) return { missed: `no answer for ${PUBLIC_DEVICE_IMAGE}` };
        return at(await cache.findOrMake(key, (storage) => pull(PUBLIC_DEVICE_IMAGE, storage, context, signal)));
      },
    },
    {
      way: 'built',
      attempt: async ({ signal }) => at(await cache.findOrMake(key, (storage) => build(storage, context, signal))),
    },
  ];
  return findPart('device image', sources, context);
}

/** The storage that `findDeviceImage` would find, if that takes no making: without root, or before it was prepared, there is none. */
export function readyDeviceImage({ environment, progress }: PartContext): Promise<string | undefined> {
  const recipe = environment.deviceImage ?? [DEVICE_IMAGE, DEVICE_RECIPE];
  return openPartCache(environment.cacheDirectory, progress).find(keyOf(recipe));
}

function keyOf(recipe: unknown): string {
  return `device-image-${recipeDigest(recipe)}-${PLATFORM}`;
}

function at(storage: string | undefined): Attempt {
  return storage === undefined ? { missed: 'none of this recipe' } : { found: storage, from: storage };
}

async function pull(image: string, storage: string, context: PartContext, signal?: AbortSignal): Promise<void> {
  const programs = await findPodmanPrograms(context);
  const commands = [
    ['pull', '--quiet', image],
    ['tag', image, DEVICE_IMAGE],
  ];
  const call = signal === undefined ? {} : { signal };
  await withProgress(context.progress, `pulling ${image}`, () => fillImageStorage(programs, storage, commands, call));
}

async function build(storage: string, context: PartContext, signal?: AbortSignal): Promise<void> {
  const needed = ['debootstrap', 'tar'].map((program) => ({ program, package: program }));
  const tools = await requirePrograms('device image', needed, context);
  const programs = await findPodmanPrograms(context);
  const scratch = await makeTemporaryDirectory();
  const call = { deadlineMs: DEBOOTSTRAP_DEADLINE_MS, ...(signal === undefined ? {} : { signal }) };
  const root = join(scratch.path, 'root');
  const archive = join(scratch.path, 'root.tar');
  const include = `--include=${DEVICE_RECIPE.packages.join(',')}`;
  try {
    await withProgress(context.progress, 'building the device image (Debian with podman 5), about 60 s', async () => {
      const debootstrap = [tools.get('debootstrap') ?? '', '--variant=minbase', include, DEVICE_RECIPE.suite, root];
      await runLeashed([...ALONE, ...debootstrap], { ...call, waitsForChild: true });
      await runLeashed(['tar', `--directory=${root}`, '--create', `--file=${archive}`, '.'], call);
      await fillImageStorage(programs, storage, [['import', '--quiet', archive, DEVICE_IMAGE]], call);
    });
  } finally {
    await scratch.release();
  }
}
