import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { runLeashed } from '../processes/index.ts';
import { withFileLock } from './file-lock.ts';
import type { PartContext } from './part-context.ts';
import { PartUnavailableError } from './part-unavailable-error.ts';
import { withProgress } from './progress.ts';

/** A program that a distribution's package brings. */
export interface NeededProgram {
  readonly program: string;
  /** The Debian package that has it. */
  readonly package: string;
  /** Where it is, when not in a directory of programs. */
  readonly paths?: readonly string[];
  /** It is read, and not run. Default false. */
  readonly isData?: boolean;
}

const PROGRAM_DIRECTORIES = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

const INSTALL_DEADLINE_MS = 600_000;

/**
 * The paths of all `needed`, by program. What is missing is installed by `apt-get` where there is one and this process is
 * root; elsewhere fails with `PartUnavailableError`, which names the one command to run.
 */
export async function requirePrograms(
  part: string,
  needed: readonly NeededProgram[],
  context: PartContext,
): Promise<ReadonlyMap<string, string>> {
  const { found, missing } = await lookFor(needed);
  if (missing.length === 0) return found;
  await installPackages(part, missing, context);
  const again = await lookFor(needed);
  if (again.missing.length === 0) return again.found;
  throw new PartUnavailableError(part, [`installed: ${words(again.missing)} still not there after apt-get`]);
}

/** The path of a program, or `undefined`. */
export async function findProgram({ program, paths = [], isData = false }: NeededProgram): Promise<string | undefined> {
  const directories = [...(process.env.PATH ?? '').split(delimiter), ...PROGRAM_DIRECTORIES];
  for (const candidate of [...directories.map((directory) => join(directory, program)), ...paths]) {
    if (await canBe(isData ? constants.R_OK : constants.X_OK, candidate)) return candidate;
  }
  return undefined;
}

/** Whether this process may do what only root may. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function lookFor(
  needed: readonly NeededProgram[],
): Promise<{ readonly found: ReadonlyMap<string, string>; readonly missing: readonly NeededProgram[] }> {
  const found = new Map<string, string>();
  for (const need of needed) {
    const path = await findProgram(need);
    if (path !== undefined) found.set(need.program, path);
  }
  return { found, missing: needed.filter(({ program }) => !found.has(program)) };
}

async function installPackages(part: string, missing: readonly NeededProgram[], context: PartContext): Promise<void> {
  const packages = [...new Set(missing.map((need) => need.package))];
  const install = ['apt-get', 'install', '--yes', '--no-install-recommends', ...packages];
  const aptGet = await findProgram({ program: 'apt-get', package: 'apt' });
  if (aptGet === undefined || !isRoot()) {
    const advice = aptGet === undefined ? `install ${packages.join(', ')}` : `run: sudo ${install.join(' ')}`;
    throw new PartUnavailableError(part, [`installed: no ${words(missing)}; ${advice}`]);
  }
  const { environment, progress, signal } = context;
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    deadlineMs: INSTALL_DEADLINE_MS,
    ...(signal === undefined ? {} : { signal }),
  };
  const waitForDpkg = ['-o', 'DPkg::Lock::Timeout=300'];
  await withFileLock(join(environment.cacheDirectory, 'locks', 'apt-get'), progress, () =>
    withProgress(progress, `installing ${packages.join(', ')}, about 20 s`, async () => {
      await runLeashed(['apt-get', 'update', ...waitForDpkg], options);
      await runLeashed([...install, ...waitForDpkg], options);
    }),
  );
}

function words(missing: readonly NeededProgram[]): string {
  return missing.map(({ program }) => program).join(', ');
}

async function canBe(mode: number, path: string): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
