import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the broker is below the directory into which packages were unpacked. */
export const EXTRACTED_PROGRAM = 'usr/sbin/mosquitto';

/** The environment in which a program of these packages finds its libraries, be it installed or unpacked somewhere. */
export async function environmentOf(program: string): Promise<NodeJS.ProcessEnv> {
  if (!program.endsWith(`/${EXTRACTED_PROGRAM}`)) return process.env;
  const root = program.slice(0, -EXTRACTED_PROGRAM.length);
  const libraries = await Promise.all([librariesIn(join(root, 'usr/lib')), librariesIn(join(root, 'lib'))]);
  const path = libraries.flat().join(':');
  return path === '' ? process.env : { ...process.env, LD_LIBRARY_PATH: path };
}

/** Debian's directories of libraries are called by the machine's architecture. */
async function librariesIn(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  return names.filter((name) => name.includes('-linux-')).map((name) => join(directory, name));
}
