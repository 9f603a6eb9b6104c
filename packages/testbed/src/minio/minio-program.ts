import { PLATFORM, findGoProgram, findProgram, openPartCache, pinnedVersion } from '../parts/index.ts';
import type { FoundPart, GoProgram, PartContext } from '../parts/index.ts';

/** MinIO, as its makers' last public state has it. */
export const MINIO: GoProgram = {
  name: 'minio',
  module: 'minio',
  package: 'github.com/minio/minio',
  versionedBy: 'github.com/minio/minio',
  aboutSeconds: 140,
  linkerVariables: () => ({}),
};

/** Where the program `minio` is; built if this machine never did. */
export async function findMinioProgram(context: PartContext): Promise<string> {
  const built: FoundPart = await findGoProgram(MINIO, context);
  return built.location;
}

/** Where the program `minio` is, if that takes no time: installed, or built before. */
export async function findQuickMinioProgram({ environment, progress }: PartContext): Promise<string | undefined> {
  const cache = openPartCache(environment.cacheDirectory, progress);
  const cached = await cache.find(`${MINIO.name}-${await pinnedVersion(MINIO)}-${PLATFORM}`);
  return cached ?? findProgram({ program: MINIO.name, package: MINIO.name });
}
