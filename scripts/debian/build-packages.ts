import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundlePrograms } from '../bundle-programs.ts';
import { PACKAGE, renderControl } from './control-file.ts';
import type { Maintainer } from './control-file.ts';
import { renderCopyright } from './copyright.ts';
import { gzip, renderChangelog, renderManPage } from './documents.ts';
import { NODE_VERSION, findNodeProgram } from './node-program.ts';
import type { Architecture, NodeProgram } from './node-program.ts';
import { createPackageTree } from './package-tree.ts';
import type { TreeEntry } from './package-tree.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
const AGENT = join(ROOT, 'packages', 'agent');

/** What the packages are made of, besides the tree they are made from. */
export interface BuildOptions {
  readonly architectures: readonly Architecture[];
  /** Debian version, which the programs also say is theirs. */
  readonly version: string;
  readonly maintainer: Maintainer;
  /** The age of everything, in seconds since 1970: the same inputs give the same bytes. */
  readonly epochSeconds: number;
  /** Where the packages are put. */
  readonly outDir: string;
  /** Compress less, ten times as fast: for tests. */
  readonly isFast: boolean;
  readonly cacheDirectory: string;
  readonly progress: (line: string) => void;
}

/** A package that was built. */
export interface BuiltPackage {
  readonly file: string;
  readonly architecture: Architecture;
  readonly version: string;
  readonly sizeBytes: number;
  /** What it takes on the device. */
  readonly installedKib: number;
  readonly sha256: string;
}

/** A program of the package, and what the manual says that it does. */
const PROGRAMS = {
  'k4e-agent': 'agent of an edge device that is managed from Kubernetes',
  'k4e-gateway': 'gateway of an edge device, which runs its workers',
  'k4e-device-worker': 'worker that runs the workloads of an edge device',
} as const;

const LIB = 'usr/lib/k4e';
const DOCS = `usr/share/doc/${PACKAGE}`;

/** Builds the package for each architecture, by `dpkg-deb`. Throws where that is missing. */
export async function buildPackages(options: BuildOptions): Promise<readonly BuiltPackage[]> {
  // In the tree, and always as deep: source maps name the sources by their way from there, which is to be the same everywhere.
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  const bundles = await mkdtemp(join(ROOT, 'dist', 'bundles-'));
  try {
    const common = await commonEntries(bundles, options);
    const built: BuiltPackage[] = [];
    for (const architecture of options.architectures) {
      const node = await findNodeProgram(architecture, options);
      options.progress(`building ${PACKAGE} ${options.version} for ${architecture} ...`);
      built.push(await buildPackage(architecture, node, common, options));
    }
    return built;
  } finally {
    await rm(bundles, { recursive: true, force: true });
  }
}

/** What the packages of all architectures have. */
interface CommonEntries {
  readonly entries: readonly TreeEntry[];
  /** Everything that went into the bundles. */
  readonly inputs: readonly string[];
}

async function commonEntries(bundles: string, options: BuildOptions): Promise<CommonEntries> {
  const { version, maintainer, epochSeconds } = options;
  const names = Object.keys(PROGRAMS);
  const sources = Object.fromEntries(names.map((name) => [name, join(AGENT, 'src', 'bin', `${name}.ts`)]));
  const { inputs } = await bundlePrograms(sources, bundles, { extension: '.mjs', hasSourcesInMaps: false, version });
  const pieces = await readdir(bundles);
  const entries = [
    ...(await Promise.all(pieces.map((name) => pieceOf(bundles, name)))),
    ...LINKS,
    ...SETTINGS_AND_UNITS,
    ...(await manualsOf(bundles, epochSeconds)),
    { path: `${DOCS}/changelog.gz`, content: gzip(renderChangelog(version, maintainer, epochSeconds)) },
    { path: `usr/share/lintian/overrides/${PACKAGE}`, file: join(AGENT, 'debian', 'lintian-overrides') },
    ...MAINTAINER_SCRIPTS,
  ];
  return { entries, inputs };
}

/** Where programs are looked for: by people, and by gateways. */
const LINKS: readonly TreeEntry[] = [
  { path: 'usr/bin/k4e-agent', link: '../lib/k4e/k4e-agent.mjs' },
  { path: 'usr/bin/k4e-gateway', link: '../lib/k4e/k4e-gateway.mjs' },
  { path: 'usr/libexec/yggdrasil/k4e-device-worker', link: '../../lib/k4e/k4e-device-worker.mjs' },
];

const SETTINGS_AND_UNITS: readonly TreeEntry[] = [
  { path: 'etc/k4e/agent.yaml', file: join(AGENT, 'etc', 'agent.yaml') },
  { path: 'etc/containers/containers.conf.d/k4e.conf', file: join(AGENT, 'etc', 'containers.conf') },
  { path: `${LIB}/with-systemd-sockets`, file: join(AGENT, 'systemd', 'with-systemd-sockets'), isProgram: true },
  { path: 'DEBIAN/conffiles', content: '/etc/containers/containers.conf.d/k4e.conf\n/etc/k4e/agent.yaml\n' },
  { path: 'usr/lib/systemd/system/podman.service.d/k4e.conf', file: join(AGENT, 'systemd', 'podman.service.conf') },
  {
    path: 'usr/lib/systemd/system-generators/k4e-memory-generator',
    file: join(AGENT, 'systemd', 'k4e-memory-generator'),
    isProgram: true,
  },
  ...['k4e-agent.service', 'k4e-console.path', 'k4e-console.service', 'k4e-gateway.service'].map((unit) => ({
    path: `usr/lib/systemd/system/${unit}`,
    file: join(AGENT, 'systemd', unit),
  })),
];

const MAINTAINER_SCRIPTS: readonly TreeEntry[] = ['postinst', 'prerm', 'postrm'].map((name) => ({
  path: `DEBIAN/${name}`,
  file: join(AGENT, 'debian', name),
  isProgram: true,
}));

async function manualsOf(bundles: string, epochSeconds: number): Promise<readonly TreeEntry[]> {
  const manuals: TreeEntry[] = [];
  for (const [name, summary] of Object.entries(PROGRAMS)) {
    const { stdout } = await run(process.execPath, [join(bundles, `${name}.mjs`), '--help']);
    const page = gzip(renderManPage(name, summary, stdout, epochSeconds));
    manuals.push({ path: `usr/share/man/man1/${name}.1.gz`, content: page });
  }
  return manuals;
}

/** A file of the bundles. Programs run on the package's own Node, whatever other Node the device has. */
async function pieceOf(bundles: string, name: string): Promise<TreeEntry> {
  const path = `${LIB}/${name}`;
  if (!Object.keys(PROGRAMS).some((program) => name === `${program}.mjs`)) return { path, file: join(bundles, name) };
  const text = await readFile(join(bundles, name), 'utf8');
  const content = text.replace(/^#!.*\n/, `#!/${LIB}/node\n`);
  if (content === text) throw new Error(`${name} has no first line that says what runs it`);
  return { path, content, isProgram: true };
}

async function buildPackage(
  architecture: Architecture,
  node: NodeProgram,
  { entries, inputs }: CommonEntries,
  options: BuildOptions,
): Promise<BuiltPackage> {
  const { version, epochSeconds, outDir } = options;
  const scratch = await mkdtemp(join(tmpdir(), 'k4e-deb-'));
  try {
    const tree = createPackageTree(scratch);
    const license = await readFile(node.license, 'utf8');
    await tree.add([
      ...entries,
      { path: `${LIB}/node`, file: node.program, isProgram: true },
      { path: `${DOCS}/copyright`, content: await renderCopyright(ROOT, inputs, license, NODE_VERSION) },
    ]);
    const installedKib = await tree.sizeKib();
    await tree.add([
      { path: 'DEBIAN/md5sums', content: await tree.digests() },
      { path: 'DEBIAN/control', content: renderControl({ ...options, architecture, installedKib }) },
    ]);
    await tree.settle(epochSeconds);
    await mkdir(outDir, { recursive: true });
    const file = join(outDir, `${PACKAGE}_${version}_${architecture}.deb`);
    await archive(scratch, file, options);
    const sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    return { file, architecture, version, sizeBytes: (await stat(file)).size, installedKib, sha256 };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function archive(tree: string, file: string, { epochSeconds, isFast }: BuildOptions): Promise<void> {
  const compression = isFast ? ['-Zgzip', '-z1'] : ['-Zxz', '-z6'];
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epochSeconds) };
  try {
    await run('dpkg-deb', ['--root-owner-group', ...compression, '--build', tree, file], { env });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Error('there is no dpkg-deb: it comes with Debian, and is the package dpkg elsewhere', {
        cause: error,
      });
    }
    throw error;
  }
}
