/**
 * Builds the packages for publication into `packages/<name>/dist`: libraries as ESM and CommonJS, each with types, the
 * compositions as ESM, the programs of devices bundled whole, and the license beside them. `--fast` leaves the types out. Entries are read from each
 * package.json's `exports` and `bin`.
 */
import { copyFile, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'tsup';
import { bundlePrograms } from './bundle-programs.ts';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Record<string, { '@k4e/source'?: string; require?: unknown }>;
  readonly bin?: Record<string, string>;
}

const root = join(import.meta.dirname, '..');
const fast = process.argv.includes('--fast');

/** Packages whose programs run on devices: they are bundled whole. */
const FOR_DEVICES = ['@k4e/agent'];

function librariesOf(directory: string, { exports }: Manifest): Record<string, string> {
  const libraries = Object.entries(exports).flatMap(([name, target]) => {
    const source = target['@k4e/source'];
    return source === undefined ? [] : [[name === '.' ? 'index' : name.slice(2), join(directory, source)]];
  });
  return Object.fromEntries(libraries) as Record<string, string>;
}

function programsOf(directory: string, { bin = {} }: Manifest): Record<string, string> {
  return Object.fromEntries(Object.keys(bin).map((name) => [name, join(directory, 'src', 'bin', `${name}.ts`)]));
}

/** The entries as they lie in the folder `bin`. */
function inBin(programs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(programs).map(([name, source]) => [`bin/${name}`, source]));
}

async function buildPackage(directory: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as Manifest;
  if (manifest.private === true) return;
  const startedMs = performance.now();
  const dual = Object.values(manifest.exports).some(({ require }) => require !== undefined);
  await copyFile(join(root, 'LICENSE'), join(directory, 'LICENSE'));
  process.chdir(directory);
  const isForDevices = FOR_DEVICES.includes(manifest.name);
  const programs = programsOf(directory, manifest);
  await build({
    config: false,
    entry: { ...librariesOf(directory, manifest), ...(isForDevices ? {} : inBin(programs)) },
    format: dual ? ['esm', 'cjs'] : ['esm'],
    dts: fast ? false : { compilerOptions: { customConditions: [], noEmit: false, declarationMap: false } },
    outDir: join(directory, 'dist'),
    target: 'node22',
    platform: 'node',
    sourcemap: true,
    clean: true,
    skipNodeModulesBundle: true,
    // `node:sqlite` has no name without its prefix.
    removeNodeProtocol: false,
    silent: true,
    tsconfig: join(root, 'tsconfig.json'),
  });
  if (isForDevices) await bundlePrograms(programs, join(directory, 'dist', 'bin'));
  process.stderr.write(`built ${manifest.name} in ${((performance.now() - startedMs) / 1_000).toFixed(1)} s\n`);
}

/** Core first: the declarations of the others are made from its. */
const BUILD_ORDER = [
  'core',
  'logging-pino',
  'runtime-podman',
  'firewall-nftables',
  'storage-s3',
  'store-kubernetes',
  'store-sqlite',
  'link-yggdrasil',
  'link-mqtt',
  'conformance',
  'operator',
  'agent',
];
const present = await readdir(join(root, 'packages'));
const unordered = present.filter((name) => !BUILD_ORDER.includes(name) && name !== 'testbed');
for (const name of [...BUILD_ORDER, ...unordered]) await buildPackage(join(root, 'packages', name));
