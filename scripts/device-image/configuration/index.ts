/**
 * What a device is told about itself: where its control plane, its network and its disk are. Said by the build, by a file on
 * a FAT partition, by the kernel's command line, in that order of weakness; one schema for all of them. What is wrong in one
 * setting is told, and costs that setting alone.
 */
export { buildConfigurationSchema, deviceConfigurationSchema } from './device-configuration-schema.ts';
export type { BuildConfiguration, DeviceConfiguration } from './device-configuration-schema.ts';
export { kernelSettings } from './kernel-settings.ts';
export { mergeConfiguration } from './merge-configuration.ts';
export { parseSettings } from './parse-settings.ts';
export { SETTINGS_DIRECTORY, systemFiles } from './system-files.ts';
