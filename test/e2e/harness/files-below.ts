import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Paths of all regular files below a directory, relative to it, sorted; none when it is not there. */
export async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(directory, join(parentPath, name))).sort();
}

/** SHA-256 of all regular files below a directory, by `prefix` and the path relative to it. */
export async function digestsBelow(directory: string, prefix = ''): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  for (const path of await filesBelow(directory)) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(directory, path)), hash);
    digests.set(`${prefix}${path}`, hash.digest('hex'));
  }
  return digests;
}
