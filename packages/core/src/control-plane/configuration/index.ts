/**
 * What a device is told to be. A deployment is rendered once, as the workload that every device gets alike; a configuration
 * is the settings of a device and its workloads, with a version that is a digest of them. Assembling is pure, and what was
 * assembled is remembered with the objects that it was made from: a change is rendered once, however many devices it reaches.
 */
export type { AssembledConfiguration, WireBucket } from './assemble-configuration.ts';
export { assembleWorkload } from './assemble-workload.ts';
export type { AssembledWorkload } from './assemble-workload.ts';
export { createConfigurationCache } from './configuration-cache.ts';
export type { ConfigurationCache } from './configuration-cache.ts';
export { renderSpecification } from './render-specification.ts';
