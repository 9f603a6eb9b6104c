/**
 * What an operator is told: a YAML file, environment variables and flags, in this order, merged into one configuration
 * that is validated whole. A key that nobody knows is refused by its name. The environment itself is read by the program.
 */
export { loadOperatorConfig } from './load-operator-config.ts';
export type { ConfigSources } from './load-operator-config.ts';
export { operatorConfigSchema } from './operator-config.ts';
export type { OperatorConfig } from './operator-config.ts';
export type { DirectStorageConfig, StorageConfig } from './storage-config.ts';
export { MAX_CONFIG_FILE_BYTES, readConfigFile } from './read-config-file.ts';
export { SETTINGS } from './settings.ts';
export type { Setting } from './settings.ts';
