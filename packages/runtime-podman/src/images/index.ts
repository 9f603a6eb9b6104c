/**
 * Images: fetched before a pod is created, so that a pull can be cut off, a missing image is told from all other failures
 * by where it happened, and podman never looks for a registry by itself.
 */
export { ensureImages } from './ensure-images.ts';
export type { WantedImage } from './ensure-images.ts';
export { isLocalOnly } from './image-reference.ts';
export { removeImage } from './remove-image.ts';
export { registryAuthHeader } from './registry-credentials.ts';
