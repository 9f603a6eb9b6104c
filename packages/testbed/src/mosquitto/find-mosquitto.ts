import { join } from 'node:path';

import { findPart, findProgram, openPartCache, requirePrograms } from '../parts/index.ts';
import type { Attempt, FoundPart, PartContext, PartSource } from '../parts/index.ts';
import { runCommand } from '../processes/index.ts';
import { EXTRACTED_PROGRAM, environmentOf } from './extracted-program.ts';
import { MOSQUITTO_KEY, extractMosquitto } from './extract-mosquitto.ts';

/**
 * Finds the program `mosquitto`, and what makes certificates for it. Where it is not installed, it is unpacked from Debian's packages
 * into the cache and not installed: that would start a system-wide broker, and leave it behind. Fails with `PartUnavailableError`.
 */
export async function findMosquitto(context: PartContext): Promise<readonly FoundPart[]> {
  const openssl = await requirePrograms('mosquitto', [{ program: 'openssl', package: 'openssl' }], context);
  const location = openssl.get('openssl') ?? 'openssl';
  const description = `openssl: installed, ${location}`;
  return [await findBroker(context), { name: 'openssl', location, way: 'installed', description }];
}

async function findBroker(context: PartContext): Promise<FoundPart> {
  const { environment, progress } = context;
  const cache = openPartCache(environment.cacheDirectory, progress);
  const chosen = environment.mosquitto;
  const sources: PartSource[] = [
    {
      way: 'environment',
      attempt: async () => {
        if (chosen === undefined) return { missed: 'K4E_TEST_MOSQUITTO is not set' };
        const attempt = await tryProgram(chosen);
        if ('missed' in attempt) throw new Error(`K4E_TEST_MOSQUITTO: ${attempt.missed}`);
        return attempt;
      },
    },
    {
      way: 'installed',
      attempt: async () => tryProgram(await findProgram({ program: 'mosquitto', package: 'mosquitto' })),
    },
    { way: 'cached', attempt: async () => tryProgram(programIn(await cache.find(MOSQUITTO_KEY))) },
    {
      way: 'pulled',
      attempt: async () =>
        tryProgram(programIn(await cache.findOrMake(MOSQUITTO_KEY, (path) => extractMosquitto(path, context)))),
    },
  ];
  return findPart('mosquitto', sources, context);
}

function programIn(directory: string | undefined): string | undefined {
  return directory === undefined ? undefined : join(directory, EXTRACTED_PROGRAM);
}

/** A program is one that says its version. */
async function tryProgram(path: string | undefined): Promise<Attempt> {
  if (path === undefined) return { missed: 'no mosquitto' };
  const { stdout, stderr } = await runCommand([path, '-h'], { env: await environmentOf(path) });
  const [, version] = /^mosquitto version (\S+)/.exec(stdout) ?? [];
  if (version === undefined) return { missed: `${path} does not run: ${stderr.trim()}` };
  return { found: path, from: `${path}, version ${version}` };
}
