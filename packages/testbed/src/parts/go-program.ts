import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { runCommand, runLeashed } from '../processes/index.ts';
import { findPart } from './find-part.ts';
import type { Attempt, FoundPart, PartSource } from './find-part.ts';
import { PLATFORM, openPartCache } from './part-cache.ts';
import { withProgress } from './progress.ts';
import type { PartContext } from './part-context.ts';

/** A program that a Go module of `go/` pins and builds. */
export interface GoProgram {
  readonly name: string;
  /** The module under `packages/testbed/go/`. */
  readonly module: 'etcd' | 'kubernetes' | 'minio';
  /** The package that holds its `main`. */
  readonly package: string;
  /** The required module whose version is the program's. */
  readonly versionedBy: string;
  /** What a first build takes, for the line that announces it. */
  readonly aboutSeconds: number;
  /** Linker variables that are set for a version. */
  linkerVariables(version: string): Readonly<Record<string, string>>;
}

const BUILD_DEADLINE_MS = 1_800_000;

/** Finds the program: by the ways that are `given`, in the cache, and at last by a build. */
export async function findGoProgram(
  program: GoProgram,
  context: PartContext,
  given: readonly PartSource[] = [],
): Promise<FoundPart> {
  const version = await pinnedVersion(program);
  const { environment, progress } = context;
  const cache = openPartCache(environment.cacheDirectory, progress);
  const key = `${program.name}-${version}-${PLATFORM}`;
  const sources: PartSource[] = [
    ...given,
    {
      way: 'cached',
      attempt: async () => located(await cache.find(key), `no ${key} in ${environment.cacheDirectory}`),
    },
    {
      way: 'built',
      attempt: async ({ signal }) => {
        const path = await cache.findOrMake(key, (output) => build(program, version, output, context, signal));
        return { found: path, from: path };
      },
    },
  ];
  return findPart(`${program.name} ${version}`, sources, context);
}

/** The version that the module pins, without its `v`. */
export async function pinnedVersion(program: GoProgram): Promise<string> {
  const requirements = await readFile(join(moduleDirectory(program), 'go.mod'), 'utf8');
  const line = requirements.split('\n').find((candidate) => candidate.trim().startsWith(`${program.versionedBy} v`));
  const version = line?.trim().split(' ')[1];
  if (version === undefined) throw new Error(`go.mod of ${program.module} does not require ${program.versionedBy}`);
  return version.slice(1);
}

async function build(
  program: GoProgram,
  version: string,
  output: string,
  context: PartContext,
  signal?: AbortSignal,
): Promise<void> {
  const go = await runCommand(['go', 'version'], signal === undefined ? {} : { signal }).catch(() => undefined);
  if (go?.code !== 0) throw new Error('Go is not installed (https://go.dev/dl)');
  const variables = Object.entries(program.linkerVariables(version)).map(([name, value]) => ` -X ${name}=${value}`);
  const flags = ['-mod=readonly', '-trimpath', `-ldflags=-s -w${variables.join('')}`];
  const announcement = `building ${program.name} ${version}, about ${duration(program.aboutSeconds)}`;
  await withProgress(context.progress, announcement, () =>
    runLeashed(['go', 'build', ...flags, '-o', output, program.package], {
      cwd: moduleDirectory(program),
      env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
      deadlineMs: BUILD_DEADLINE_MS,
      ...(signal === undefined ? {} : { signal }),
    }),
  );
}

function moduleDirectory(program: GoProgram): string {
  return fileURLToPath(new URL(`../../go/${program.module}`, import.meta.url));
}

function located(path: string | undefined, otherwise: string): Attempt {
  return path === undefined ? { missed: otherwise } : { found: path, from: path };
}

function duration(seconds: number): string {
  return seconds < 90 ? `${String(seconds)} s` : `${String(Math.round(seconds / 60))} minutes`;
}
