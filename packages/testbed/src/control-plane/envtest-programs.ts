import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';

import type { Attempt, PartContext, PartSource } from '../parts/index.ts';

/** Where envtest installs the programs of a control plane. */
const ENVTEST_DIRECTORY = '/usr/local/kubebuilder/bin';

/** The ways to a program that envtest's users have already: `KUBEBUILDER_ASSETS`, and envtest's own directory. */
export function envtestSources(name: string, { environment }: PartContext): readonly PartSource[] {
  return [
    { way: 'environment', attempt: () => inAssets(environment.kubernetesAssets, name) },
    { way: 'installed', attempt: () => executable(join(ENVTEST_DIRECTORY, name)) },
  ];
}

async function inAssets(directory: string | undefined, name: string): Promise<Attempt> {
  if (directory === undefined) return { missed: 'KUBEBUILDER_ASSETS is not set' };
  const attempt = await executable(join(directory, name));
  if ('missed' in attempt) throw new Error(`KUBEBUILDER_ASSETS is set, but there is ${attempt.missed}`);
  return attempt;
}

async function executable(path: string): Promise<Attempt> {
  return access(path, constants.X_OK).then(
    () => ({ found: path, from: path }),
    () => ({ missed: `no program ${path}` }),
  );
}
