import { access, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { hold } from '../processes/index.ts';
import { withFileLock } from './file-lock.ts';
import type { Progress } from './progress.ts';

/** Parts that were made once, by a key that names version and platform. Two processes may use one directory at once. */
export interface PartCache {
  /** The path of a finished part, or `undefined`. */
  find(key: string): Promise<string | undefined>;
  /** The path of the part under `key`; made by `make` at the path it is given (a file or a directory) if there is none yet. */
  findOrMake(key: string, make: (path: string) => Promise<void>): Promise<string>;
}

/** What the platform adds to a key: `linux-x64`. */
export const PLATFORM = `${process.platform}-${process.arch}`;

/** Opens the cache in `directory`, which is made when the first part is. */
export function openPartCache(directory: string, progress: Progress): PartCache {
  const find = async (key: string): Promise<string | undefined> => {
    const path = join(directory, key);
    return (await exists(path)) ? path : undefined;
  };
  const make = async (key: string, build: (path: string) => Promise<void>): Promise<string> => {
    const path = join(directory, key);
    const unfinished = join(directory, 'unfinished', `${key.replaceAll('/', '-')}-${String(process.pid)}`);
    await mkdir(dirname(path), { recursive: true });
    await mkdir(dirname(unfinished), { recursive: true });
    const held = hold([{ kind: 'remove', path: unfinished }]);
    try {
      await build(unfinished);
      await rename(unfinished, path);
    } finally {
      await held.release();
    }
    return path;
  };
  return {
    find,
    findOrMake: async (key, build) =>
      (await find(key)) ??
      withFileLock(
        join(directory, 'locks', key.replaceAll('/', '-')),
        progress,
        async () => (await find(key)) ?? make(key, build),
      ),
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
