import { PLATFORM, findPart, openPartCache, recipeDigest } from '../parts/index.ts';
import type { Attempt, FoundPart, PartContext } from '../parts/index.ts';
import { findIsolatedPodman } from '../podman/index.ts';
import { buildDebianImage } from './build-debian-image.ts';
import { DEBIAN_SUITES, debianImageOf, debianRecipeOf } from './debian-recipe.ts';
import type { DebianSuite } from './debian-recipe.ts';

/**
 * Finds the image of a release: its location is a podman storage directory that has it as `debianImageOf(suite)`. No image
 * that is published has systemd and podman in it, so it is built. Fails with `PartUnavailableError`.
 */
export async function findDebianImage(suite: DebianSuite, context: PartContext): Promise<FoundPart> {
  await findIsolatedPodman(context);
  const cache = openPartCache(context.environment.cacheDirectory, context.progress);
  const image = debianImageOf(suite);
  const recipe = debianRecipeOf(suite);
  const key = `debian-${suite}-${recipeDigest([image, recipe])}-${PLATFORM}`;
  return findPart(
    `Debian ${suite}`,
    [
      { way: 'cached', attempt: async () => at(await cache.find(key)) },
      {
        way: 'built',
        attempt: async ({ signal }) =>
          at(await cache.findOrMake(key, (storage) => buildDebianImage({ image, recipe }, storage, context, signal))),
      },
    ],
    context,
  );
}

/** The images of all releases. */
export async function findDebianImages(context: PartContext): Promise<readonly FoundPart[]> {
  const found: FoundPart[] = [];
  for (const suite of DEBIAN_SUITES) found.push(await findDebianImage(suite, context));
  return found;
}

function at(storage: string | undefined): Attempt {
  return storage === undefined ? { missed: 'none of this recipe' } : { found: storage, from: storage };
}
