/**
 * The configuration: everything that the control plane wants of the device. Reading is pure and judges it whole; a
 * workload that cannot be run is that workload's own problem. The keeper holds the last good one, through restarts.
 */
export {
  CONFIGURATION_DOCUMENT,
  readConfigurationDocument,
  writeConfigurationDocument,
} from './configuration-document.ts';
export type { ConfigurationDocument } from './configuration-document.ts';
export { ConfigurationKeeper } from './configuration-keeper.ts';
export type { ConfigurationKeeperParts } from './configuration-keeper.ts';
export { MAX_WORKLOAD_NAME, checkConfiguration, readConfiguration } from './read-configuration.ts';
export type { CheckedConfiguration, ConfigurationPlace, ReadConfiguration } from './read-configuration.ts';
export { DEFAULT_MONITORING_SECONDS, DEFAULT_SETTINGS, readSettings } from './read-settings.ts';
export type { DeviceSettings } from './read-settings.ts';
