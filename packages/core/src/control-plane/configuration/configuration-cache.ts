import type { EdgeDeployment, EdgeDevice } from '../../resources/index.ts';
import { rememberLast } from '../remember.ts';
import { assembleConfiguration } from './assemble-configuration.ts';
import type { AssembledConfiguration } from './assemble-configuration.ts';
import type { AssembledWorkload } from './assemble-workload.ts';

/**
 * The configurations of the fleet, each assembled once for a device as it was seen and the deployments that it is to run:
 * whoever asks first, controller or edge API.
 */
export interface ConfigurationCache {
  of(device: EdgeDevice, deployments: readonly EdgeDeployment[]): AssembledConfiguration;
}

/** Creates an empty cache. Entries go with the device objects that they belong to, so it needs no limit of its own. */
export function createConfigurationCache(parts: {
  /** A deployment as devices are told of it; asked often, so remembered. */
  readonly workloadOf: (deployment: EdgeDeployment) => AssembledWorkload;
}): ConfigurationCache {
  return {
    of: rememberLast((device, deployments) => assembleConfiguration(device, deployments.map(parts.workloadOf))),
  };
}
