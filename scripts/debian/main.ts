/** The packages of the agent for Debian. See `scripts/package-deb.mjs` for the command line. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readTestbedEnvironment } from '@k4e/testbed';
import { buildPackages } from './build-packages.ts';
import { ARCHITECTURES } from './node-program.ts';
import type { Architecture } from './node-program.ts';
import { epochOfSource, maintainerOf, versionOfAgent } from './source-facts.ts';

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
    maintainer: maintainerOf(process.env),
    epochSeconds: await epochOfSource(process.env),
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
