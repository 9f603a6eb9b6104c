/** The packages of the agent for Debian. See `scripts/package-deb.mjs` for the command line. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { readTestbedEnvironment } from '@k4e/testbed';
import { buildPackages } from './build-packages.ts';
import { ARCHITECTURES } from './node-program.ts';
import type { Architecture } from './node-program.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');

const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: 'all' },
    out: { type: 'string', default: 'dist' },
    version: { type: 'string' },
    fast: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

try {
  await main();
} catch (error) {
  process.stderr.write(`package:deb: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const built = await buildPackages({
    architectures: architecturesOf(values.arch),
    version: values.version ?? (await versionOfAgent()),
    maintainer: {
      name: process.env.DEBFULLNAME ?? 'k4e maintainers',
      email: process.env.DEBEMAIL ?? 'maintainers@k4e.io',
    },
    epochSeconds: await epochOfSource(),
    outDir: resolve(values.out),
    isFast: values.fast,
    cacheDirectory: readTestbedEnvironment().cacheDirectory,
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  for (const one of built) process.stdout.write(`${values.json ? JSON.stringify(one) : one.file}\n`);
}

function architecturesOf(word: string): readonly Architecture[] {
  const chosen = ARCHITECTURES.filter((architecture) => word === 'all' || word === architecture);
  if (chosen.length === 0) throw new Error(`no such architecture: ${word}; there are ${ARCHITECTURES.join(', ')}, all`);
  return chosen;
}

async function versionOfAgent(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(ROOT, 'packages', 'agent', 'package.json'), 'utf8'));
  const version: unknown = Reflect.get(Object(manifest), 'version');
  if (typeof version !== 'string') throw new Error('the package.json of the agent has no version');
  // Debian's order of versions puts what follows a tilde before the release.
  return version.replace('-', '~');
}

/** When what the packages are made of was last changed, in seconds since 1970. */
async function epochOfSource(): Promise<number> {
  const said = process.env.SOURCE_DATE_EPOCH ?? (await run('git', ['log', '-1', '--format=%ct'], { cwd: ROOT })).stdout;
  const seconds = Number(said.trim());
  if (!Number.isSafeInteger(seconds) || said.trim() === '') throw new Error(`SOURCE_DATE_EPOCH: ${said} is no time`);
  return seconds;
}
