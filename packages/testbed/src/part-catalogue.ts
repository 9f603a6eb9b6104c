import { findControlPlanePrograms } from './control-plane/index.ts';
import type { PartContext } from './parts/index.ts';

/** What a test may need. */
export type PartName = keyof typeof FINDERS;

const FINDERS = {
  /** kube-apiserver, etcd and kubectl: `startControlPlane`. */
  'control-plane': findControlPlanePrograms,
} satisfies Record<string, (context: PartContext) => Promise<unknown>>;

/** All parts, in the order in which they are prepared. */
export const PART_NAMES: readonly PartName[] = ['control-plane'];

/** Makes sure that a part is on this machine: finds, installs or builds it. Fails when it cannot be had. */
export async function preparePart(name: PartName, context: PartContext): Promise<void> {
  await FINDERS[name](context);
}
