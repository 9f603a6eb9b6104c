/**
 * How the program `k4e-agent` is configured: one strict schema, filled from defaults, then the file, then flags. What is not
 * known is refused by name: a misspelt setting that is silently ignored is a device that does something else.
 */
export { agentConfigSchema, isBehindBroker, workerConfigSchema } from './agent-config-schema.ts';
export type { AgentConfig, WorkerConfig } from './agent-config-schema.ts';
export { DEFAULT_CONFIG_FILE, SYSTEM_STATUS_FILE, defaultLocations } from './default-locations.ts';
export type { AgentUser } from './default-locations.ts';
export { describeIssues } from './describe-issues.ts';
export { MACHINE_ID_PATH } from './device-id.ts';
export { MAX_CONFIG_FILE_BYTES, readConfigFile } from './read-config-file.ts';
export { mergeSettings, resolveAgentConfig, resolveWorkerConfig } from './resolve-agent-config.ts';
export type { ConfigSources } from './resolve-agent-config.ts';
