import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { PLATFORM, findPart, openPartCache, recipeDigest, withProgress } from '../parts/index.ts';
import { isRoot, writeImageArchive } from '../parts/index.ts';
import type { Attempt, FoundPart, PartContext, PartSource } from '../parts/index.ts';
import { fillImageStorage, findIsolatedPodman, findPodmanPrograms, registryAnswers } from '../podman/index.ts';
import { makeTemporaryDirectory } from '../processes/index.ts';
import { MINIO, findMinioProgram } from './minio-program.ts';

/** The name of the image in its archive, however it was had. Its arguments are those of the program `minio`. */
export const MINIO_IMAGE = 'localhost/k4e-minio:1';

/** The last image that MinIO's makers published. */
const PUBLIC_MINIO_IMAGE = 'quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z';

/** Finds an archive of MinIO's image, for `podman load --input`. Fails with `PartUnavailableError`. */
export async function findMinioImage(context: PartContext): Promise<FoundPart> {
  await (isRoot() ? findIsolatedPodman(context) : findPodmanPrograms(context));
  const { environment, progress } = context;
  const cache = openPartCache(environment.cacheDirectory, progress);
  const key = keyOf([PUBLIC_MINIO_IMAGE, MINIO.package]);
  const chosen = environment.minioImage;
  const sources: PartSource[] = [
    {
      way: 'environment',
      attempt: async ({ signal }) => {
        if (chosen === undefined) return { missed: 'K4E_TEST_MINIO_IMAGE is not set' };
        return at(await cache.findOrMake(keyOf(chosen), (archive) => pull(chosen, archive, context, signal)));
      },
    },
    { way: 'cached', attempt: async () => at(await cache.find(key)) },
    {
      way: 'pulled',
      attempt: async ({ signal }) => {
        if (!(await registryAnswers(PUBLIC_MINIO_IMAGE))) return { missed: `no answer for ${PUBLIC_MINIO_IMAGE}` };
        return at(await cache.findOrMake(key, (archive) => pull(PUBLIC_MINIO_IMAGE, archive, context, signal)));
      },
    },
    { way: 'built', attempt: async () => at(await cache.findOrMake(key, (archive) => build(archive, context))) },
  ];
  return findPart('MinIO image', sources, context);
}

function keyOf(recipe: unknown): string {
  return `minio-image-${recipeDigest(recipe)}-${PLATFORM}.tar`;
}

function at(archive: string | undefined): Attempt {
  return archive === undefined ? { missed: 'none of this recipe' } : { found: archive, from: archive };
}

async function pull(image: string, archive: string, context: PartContext, signal?: AbortSignal): Promise<void> {
  const programs = await findPodmanPrograms(context);
  const scratch = await makeTemporaryDirectory();
  const commands = [
    ['pull', '--quiet', image],
    ['tag', image, MINIO_IMAGE],
    ['save', '--quiet', `--output=${archive}`, MINIO_IMAGE],
  ];
  const call = signal === undefined ? {} : { signal };
  try {
    await withProgress(context.progress, `pulling ${image}`, () =>
      fillImageStorage(programs, join(scratch.path, 'storage'), commands, call),
    );
  } finally {
    await scratch.release();
  }
}

async function build(archive: string, context: PartContext): Promise<void> {
  const program = await findMinioProgram(context);
  const scratch = await makeTemporaryDirectory();
  try {
    const rootDirectory = join(scratch.path, 'root');
    const inImage = join(rootDirectory, 'minio');
    await mkdir(dirname(inImage));
    await copyFile(program, inImage);
    const image = { name: MINIO_IMAGE, rootDirectory, entrypoint: ['/minio'], command: ['server', '/data'] };
    await writeImageArchive(image, scratch.path, archive);
  } finally {
    await scratch.release();
  }
}
