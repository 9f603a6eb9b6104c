/**
 * Pods of ours: rendered with labels that say whose they are and what they were made from, created whole before anything
 * is started, and observed in two requests however many there are.
 */
export { endForRoom } from './end-for-room.ts';
export { endContainers } from './end-containers.ts';
export { isPodName } from './pod-name.ts';
export { findPod, isOwnedBy, ownedContainers, ownedPods } from './engine-pods.ts';
export { observePods } from './observe-pods.ts';
export { FINGERPRINT_LABEL, OWNER_LABEL, POD_LABEL, isOwner } from './pod-labels.ts';
export { preparePod } from './prepare-pod.ts';
export { removeDoubtful } from './remove-doubtful.ts';
export { removeIfDamaged } from './repair-storage.ts';
export { DEFAULT_GRACE_MS, removePod } from './remove-pod.ts';
export { renderPod } from './render-pod.ts';
export { startContainers } from './start-containers.ts';
export { startPod } from './start-pod.ts';
export type { PodTools } from './pod-tools.ts';
