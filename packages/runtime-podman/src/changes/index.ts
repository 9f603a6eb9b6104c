/**
 * Changes: one stream of podman's events, turned into names of pods that are worth another look. It says too much rather
 * than too little, and says so when it may have missed something.
 */
export { watchChanges } from './watch-changes.ts';
export type { WatchTools } from './watch-changes.ts';
