/** A registry of container images on loopback: for devices that bring no image with them. */
export { startImageRegistry } from './start-image-registry.ts';
export type { ImageRegistry } from './start-image-registry.ts';
