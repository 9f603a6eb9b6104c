/**
 * Checks every package as its users get it: builds, packs, and lets publint and arethetypeswrong look at the tarball,
 * which has to hold a README and the license. Prints each problem; the exit code is 1 if there are any.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Record<string, { readonly require?: unknown }>;
}

/** What a package that is ESM only cannot be blamed for. */
const ESM_ONLY_PROBLEMS = new Set(['CJSResolvesToESM']);
/** Resolution before Node 16 knew `exports`; nobody's engines here. */
const IGNORED_RESOLUTION = 'node10';

/** What every tarball holds beside its code. */
const REQUIRED_FILES = ['README.md', 'LICENSE'];

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

async function pack(directory: string, target: string): Promise<Packed> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', target], {
    cwd: directory,
    maxBuffer: 16_000_000,
  });
  const parsed = JSON.parse(stdout) as Packed[] | Record<string, Packed>;
  const [packed] = Object.values(parsed);
  if (packed === undefined) throw new Error(`npm packed nothing in ${directory}`);
  return packed;
}

async function typeProblems(tarball: Buffer, esmOnly: boolean): Promise<string[]> {
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)));
  if (!analysis.types) return ['ships no types'];
  const relevant = analysis.problems.filter((problem) => {
    const isOld = 'resolutionKind' in problem && problem.resolutionKind === IGNORED_RESOLUTION;
    return !isOld && !(esmOnly && ESM_ONLY_PROBLEMS.has(problem.kind));
  });
  return relevant.map((problem) => JSON.stringify(problem));
}

async function check(directory: string, target: string): Promise<string[]> {
  const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as Manifest;
  if (manifest.private === true) return [];
  const { filename, files } = await pack(directory, target);
  const tarball = await readFile(join(target, filename));
  const missing = REQUIRED_FILES.filter((name) => files.every(({ path }) => path !== name));
  const { messages } = await publint({
    pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength) },
    strict: false,
  });
  const published = messages
    .filter(({ type }) => type !== 'suggestion')
    .map((message) => formatMessage(message, { ...manifest }) ?? message.code);
  const esmOnly = Object.values(manifest.exports).every((target) => target.require === undefined);
  const types = await typeProblems(tarball, esmOnly);
  const absent = missing.map((name) => `the tarball has no ${name}`);
  return [...absent, ...published, ...types].map((problem) => `${manifest.name}: ${problem}`);
}

const target = await mkdtemp(join(tmpdir(), 'k4e-pack-'));
const problems: string[] = [];
for (const name of await readdir(join(root, 'packages')))
  problems.push(...(await check(join(root, 'packages', name), target)));
await rm(target, { recursive: true });
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
