import { requirePrograms } from '../parts/index.ts';
import type { PartContext } from '../parts/index.ts';
import { runLeashed } from '../processes/index.ts';
import type { DebianRecipe } from './debian-recipe.ts';

// What debootstrap starts and mounts in the new tree ends with it, however it ends.
const ALONE = ['unshare', '--pid', '--mount', '--fork', '--kill-child', '--mount-proc'];

const DEBOOTSTRAP_DEADLINE_MS = 900_000;

/** Makes the directory `root` a Debian of that recipe, as debootstrap installs it. Takes a minute, and root. */
export async function makeDebianTree(
  { suite, packages }: DebianRecipe,
  root: string,
  context: PartContext,
  signal?: AbortSignal,
): Promise<void> {
  const needed = ['debootstrap', 'tar'].map((program) => ({ program, package: program }));
  const tools = await requirePrograms(`Debian ${suite}`, needed, context);
  const debootstrap = [tools.get('debootstrap') ?? '', '--variant=minbase', `--include=${packages.join(',')}`];
  await runLeashed([...ALONE, ...debootstrap, suite, root], {
    deadlineMs: DEBOOTSTRAP_DEADLINE_MS,
    waitsForChild: true,
    ...(signal === undefined ? {} : { signal }),
  });
}
