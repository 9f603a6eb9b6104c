/**
 * The contract of `ContainerRuntime`. The suite works on one engine: through the runtime under test, and beside it as
 * somebody else who uses the engine, kills containers and holds ports.
 */
export { describeContainerRuntimeContract } from './container-runtime-contract.ts';
export type {
  ContainerRuntimeContractOptions,
  ContainerRuntimeSubject,
  EngineAbility,
} from './container-runtime-subject.ts';
