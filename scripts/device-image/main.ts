/** The image of a device. See `scripts/device-image.mjs` for the command line. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isRoot, readTestbedEnvironment } from '@k4e/testbed';
import { epochOfSource, maintainerOf, versionOfAgent } from '../debian/source-facts.ts';
import { IMAGE_FORMATS, buildDeviceImages } from './build-device-image.ts';
import type { ImageFormat } from './build-device-image.ts';
import { buildConfigurationSchema, parseSettings } from './configuration/index.ts';
import type { BuildConfiguration } from './configuration/index.ts';

const { values } = parseArgs({
  options: {
    config: { type: 'string' },
    format: { type: 'string' },
    out: { type: 'string' },
    version: { type: 'string' },
    update: { type: 'boolean', default: false },
    fast: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

/** What the command line got wrong. */
class UsageError extends Error {}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

try {
  await main();
} catch (error) {
  say(`device-image: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function main(): Promise<void> {
  const startedMs = Date.now();
  const format = formatOf(values.format);
  if (values.out === undefined) throw new UsageError('say with --out FILE where the image is to be put');
  const configuration = await readConfiguration(values.config);
  if (process.arch !== 'x64') throw new Error('images are built on x86-64, for x86-64');
  if (!isRoot()) throw new Error('it takes root to install Debian: run with sudo');
  const [built] = await buildDeviceImages({
    configuration,
    files: { [format]: resolve(values.out) },
    version: values.version ?? (await versionOfAgent()),
    maintainer: maintainerOf(process.env),
    epochSeconds: await epochOfSource(process.env),
    isFast: values.fast,
    isUpdate: values.update,
    cacheDirectory: readTestbedEnvironment().cacheDirectory,
    progress: say,
  });
  const seconds = Math.round((Date.now() - startedMs) / 1_000);
  process.stdout.write(`${values.json ? JSON.stringify({ ...built, seconds }) : built?.file}\n`);
}

function formatOf(word: string | undefined): ImageFormat {
  const format = IMAGE_FORMATS.find((one) => one === word);
  if (format === undefined) throw new UsageError(`say with --format which one: ${IMAGE_FORMATS.join(' or ')}`);
  return format;
}

/** What the file says. Nothing in it may be wrong: at the build there is somebody to correct it. */
async function readConfiguration(file: string | undefined): Promise<BuildConfiguration> {
  if (file === undefined) return {};
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file}: ${whyUnread(error)}; docs/device-image.md says what may stand in it`);
  });
  const { settings, problems } = parseSettings(text, file, buildConfigurationSchema);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return settings;
}

/** Why a file cannot be read, in words. */
function whyUnread(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file: name one that is there, or leave out --config';
  if (code === 'EISDIR') return 'it is a directory: name a file of YAML in it';
  return `it cannot be read (${String(error)})`;
}
