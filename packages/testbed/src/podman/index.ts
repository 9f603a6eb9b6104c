/**
 * The machine's own podman, for a test: with storage and socket of its own, and, when isolated, in namespaces of its own.
 * How it has to be told to work on this machine is found out from how the machine does control groups.
 */
export { startPodman } from './start-podman.ts';
export type { Podman, PodmanOptions } from './start-podman.ts';
export { fillImageStorage } from './image-storage.ts';
export { registryAnswers } from './registry-answers.ts';
export { findIsolatedPodman, findPodmanPrograms } from './podman-programs.ts';
export type { PodmanPrograms } from './podman-programs.ts';
export { pingPodman } from './ping.ts';
