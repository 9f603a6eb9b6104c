/**
 * The image that stands for a user's workload, in tests and in the demo: small, made on the spot, asked of no registry.
 * Imports nothing of the test tools.
 */
export { WORKLOAD_COMMANDS, WORKLOAD_IMAGE, buildWorkloadImage, findWorkloadImage } from './build-workload-image.ts';
export type { WorkloadImage } from './build-workload-image.ts';
