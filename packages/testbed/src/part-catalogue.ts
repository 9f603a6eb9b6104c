import { findControlPlanePrograms } from './control-plane/index.ts';
import type { FoundPart, PartContext } from './parts/index.ts';

/** What a test may need. */
export type PartName = keyof typeof FINDERS;

const FINDERS = {
  /** kube-apiserver, etcd and kubectl: `startControlPlane`. */
  'control-plane': async (context: PartContext) => Object.values(await findControlPlanePrograms(context)),
} satisfies Record<string, (context: PartContext) => Promise<readonly FoundPart[]>>;

/** All parts, in the order in which they are prepared. */
export const PART_NAMES: readonly PartName[] = ['control-plane'];

/** Makes sure that a part is on this machine: finds, installs or builds all it is made of. Fails when it cannot be had. */
export function preparePart(name: PartName, context: PartContext): Promise<readonly FoundPart[]> {
  return FINDERS[name](context);
}
