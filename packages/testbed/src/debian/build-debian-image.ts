import { join } from 'node:path';

import { withProgress } from '../parts/index.ts';
import type { PartContext } from '../parts/index.ts';
import { fillImageStorage, findPodmanPrograms } from '../podman/index.ts';
import { makeTemporaryDirectory, runLeashed } from '../processes/index.ts';
import type { DebianRecipe } from './debian-recipe.ts';
import { makeDebianTree } from './make-debian-tree.ts';

const ARCHIVE_DEADLINE_MS = 900_000;

/** Fills a podman storage directory with an image of that name, built from Debian's packages. Takes a minute, and root. */
export async function buildDebianImage(
  { image, recipe }: { readonly image: string; readonly recipe: DebianRecipe },
  storage: string,
  context: PartContext,
  signal?: AbortSignal,
): Promise<void> {
  const programs = await findPodmanPrograms(context);
  const scratch = await makeTemporaryDirectory();
  const call = { deadlineMs: ARCHIVE_DEADLINE_MS, ...(signal === undefined ? {} : { signal }) };
  const root = join(scratch.path, 'root');
  const archive = join(scratch.path, 'root.tar');
  try {
    await withProgress(context.progress, `building ${image} (Debian ${recipe.suite}), about 60 s`, async () => {
      await makeDebianTree(recipe, root, context, signal);
      await runLeashed(['tar', `--directory=${root}`, '--create', `--file=${archive}`, '.'], call);
      await fillImageStorage(programs, storage, [['import', '--quiet', archive, image]], call);
    });
  } finally {
    await scratch.release();
  }
}
