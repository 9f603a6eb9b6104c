import type { EdgeDeployment, EdgeDevice } from '../../resources/index.ts';
import { rememberLast } from '../remember.ts';
import { assembleConfiguration, withBucket } from './assemble-configuration.ts';
import type { AssembledConfiguration, WireBucket } from './assemble-configuration.ts';
import type { AssembledWorkload } from './assemble-workload.ts';

/**
 * The configurations of the fleet, each assembled once for a device as it was seen and the deployments that it is to run:
 * whoever asks first, controller or edge API.
 */
export interface ConfigurationCache {
  /** With the version that it has once the bucket of the device's status is in it, which it is not: it holds secrets. */
  of(device: EdgeDevice, deployments: readonly EdgeDeployment[]): AssembledConfiguration;
  /** As it goes to the device: with the bucket that could be read, if any, and the version that says so. */
  delivered(
    device: EdgeDevice,
    deployments: readonly EdgeDeployment[],
    read: { readonly version: string; readonly bucket: WireBucket } | undefined,
  ): AssembledConfiguration;
}

/** Creates an empty cache. Entries go with the device objects that they belong to, so it needs no limit of its own. */
export function createConfigurationCache(parts: {
  /** A deployment as devices are told of it; asked often, so remembered. */
  readonly workloadOf: (deployment: EdgeDeployment) => AssembledWorkload;
}): ConfigurationCache {
  const of = rememberLast((device: EdgeDevice, deployments: readonly EdgeDeployment[]) =>
    assembleConfiguration(device, deployments.map(parts.workloadOf)),
  );
  return {
    of,
    delivered(device, deployments, read) {
      const isCurrent = read?.version === device.status?.storage?.version;
      const configuration = isCurrent
        ? of(device, deployments)
        : assembleConfiguration(device, deployments.map(parts.workloadOf), { bucketVersion: read?.version });
      return read === undefined ? configuration : withBucket(configuration, read.bucket);
    },
  };
}
