/**
 * Machines with Debian on them: containers in which systemd is process 1, with podman and all that it needs, as on a device
 * before k4e comes to it. For what is installed, and what only systemd does.
 */
export { buildDebianImage } from './build-debian-image.ts';
export type { DebianRecipe } from './debian-recipe.ts';
export { makeDebianTree } from './make-debian-tree.ts';
export { DEBIAN_SUITES, debianRecipeOf } from './debian-recipe.ts';
export type { DebianSuite } from './debian-recipe.ts';
export { findDebianImages } from './debian-image.ts';
export { findDebianTools } from './debian-tools.ts';
export { startDebian } from './start-debian.ts';
export type { DebianMachine, DebianOptions } from './start-debian.ts';
