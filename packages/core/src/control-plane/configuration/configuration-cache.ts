import type { DeviceConfiguration } from '../../protocol/index.ts';
import type { EdgeDeployment, EdgeDevice } from '../../resources/index.ts';
import { assembleConfiguration } from './assemble-configuration.ts';

interface Entry {
  readonly deployments: readonly EdgeDeployment[];
  readonly configuration: DeviceConfiguration;
}

/** Configurations that were assembled before, for as long as the resources they were made from are in use. */
export interface ConfigurationCache {
  of(device: EdgeDevice, deployments: readonly EdgeDeployment[]): DeviceConfiguration;
}

/** Creates an empty cache. Entries go with the device objects that they belong to, so it needs no limit of its own. */
export function createConfigurationCache(): ConfigurationCache {
  const entries = new WeakMap<EdgeDevice, Entry>();
  const isSame = (a: readonly EdgeDeployment[], b: readonly EdgeDeployment[]): boolean =>
    a.length === b.length && a.every((deployment, index) => deployment === b[index]);
  return {
    of(device, deployments) {
      const known = entries.get(device);
      if (known !== undefined && isSame(known.deployments, deployments)) return known.configuration;
      const configuration = assembleConfiguration(device, deployments);
      entries.set(device, { deployments, configuration });
      return configuration;
    },
  };
}
