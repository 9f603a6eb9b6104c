/**
 * `@k4e/runtime-podman`: the `ContainerRuntime` port on podman's REST API. Pods are podman pods, made with `play kube`;
 * labels say whose they are. Everything else on the same engine stays as it is.
 */
export { createPodmanRuntime } from './podman-runtime.ts';
export type { PodmanRuntimeOptions } from './podman-runtime.ts';
export { DEFAULT_GRACE_MS, FINGERPRINT_LABEL, OWNER_LABEL } from './pods/index.ts';
export { noteRebuiltStorage } from './power-cuts/index.ts';
export type { RebuiltStorage } from './power-cuts/index.ts';
export { PODMAN_LIMITS } from './podman-limits.ts';
export type { PodmanLimits } from './podman-limits.ts';
