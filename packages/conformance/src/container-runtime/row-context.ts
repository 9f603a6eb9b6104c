import type { ContainerRuntime, ObservedContainer, ObservedPod } from '@k4e/core/ports';
import type { ContainerRuntimeSubject, EngineAbility } from './container-runtime-subject.ts';

/** What each group of tests works with; the getters are good inside of tests. */
export interface RowContext {
  readonly subject: () => ContainerRuntimeSubject;
  /** The runtime under test, of owner `mine`. */
  readonly runtime: () => ContainerRuntime;
  readonly has: (ability: EngineAbility) => boolean;
}

/** The owner that the runtime under test works for. */
export const OWNER = 'mine';

/** The pod of that name as the runtime lists it. */
export async function observed(runtime: ContainerRuntime, name: string): Promise<ObservedPod | undefined> {
  return (await runtime.list()).find((pod) => pod.name === name);
}

/** The container of that name as the runtime lists it. */
export async function observedContainer(
  runtime: ContainerRuntime,
  pod: string,
  container: string,
): Promise<ObservedContainer | undefined> {
  return (await observed(runtime, pod))?.containers.find(({ name }) => name === container);
}
