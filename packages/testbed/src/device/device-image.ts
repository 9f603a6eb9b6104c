import { buildDebianImage } from '../debian/index.ts';
import { PLATFORM, findPart, openPartCache, recipeDigest, withProgress } from '../parts/index.ts';
import type { Attempt, FoundPart, PartContext, PartSource } from '../parts/index.ts';
import { fillImageStorage, findIsolatedPodman, findPodmanPrograms, registryAnswers } from '../podman/index.ts';
import { DEVICE_IMAGE, DEVICE_RECIPE, PUBLIC_DEVICE_IMAGE } from './device-recipe.ts';

const BUILT = { image: DEVICE_IMAGE, recipe: DEVICE_RECIPE };

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
      attempt: async ({ signal }) =>
        at(await cache.findOrMake(key, (storage) => buildDebianImage(BUILT, storage, context, signal))),
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
