import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Maintainer } from './control-file.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');

/** Who answers for packages, as Debian's tools are told. */
export function maintainerOf(env: NodeJS.ProcessEnv): Maintainer {
  return { name: env.DEBFULLNAME ?? 'k4e maintainers', email: env.DEBEMAIL ?? 'maintainers@k4e.io' };
}

/** The version of the agent, as Debian writes versions. */
export async function versionOfAgent(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(ROOT, 'packages', 'agent', 'package.json'), 'utf8'));
  const version: unknown = Reflect.get(Object(manifest), 'version');
  if (typeof version !== 'string') throw new Error('the package.json of the agent has no version');
  // Debian's order of versions puts what follows a tilde before the release.
  return version.replace('-', '~');
}

/**
 * When what packages and images are made of was last changed, in seconds since 1970: by `SOURCE_DATE_EPOCH`, or the last
 * commit.
 */
export async function epochOfSource(env: NodeJS.ProcessEnv): Promise<number> {
  const said = env.SOURCE_DATE_EPOCH ?? (await run('git', ['log', '-1', '--format=%ct'], { cwd: ROOT })).stdout;
  const seconds = Number(said.trim());
  if (!Number.isSafeInteger(seconds) || said.trim() === '') throw new Error(`SOURCE_DATE_EPOCH: ${said} is no time`);
  return seconds;
}
