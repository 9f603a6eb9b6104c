import { createHash } from 'node:crypto';
import { canonicalJson } from '../../foundation/index.ts';
import { DEFAULT_PERIOD_SECONDS } from '../../protocol/index.ts';
import type { DeviceConfiguration } from '../../protocol/index.ts';
import type { EdgeDevice } from '../../resources/index.ts';
import type { AssembledWorkload } from './assemble-workload.ts';

/** Characters of a configuration version: enough that two configurations of a device never share one. */
const VERSION_LENGTH = 16;

type StorageSettings = NonNullable<NonNullable<DeviceConfiguration['configuration']>['storage']>;

/** A bucket as a device is told of it (wire: `configuration.storage.s3`). */
export type WireBucket = NonNullable<StorageSettings['s3']>;

/** A configuration as the control plane hands it out: always with its version. */
export type AssembledConfiguration = DeviceConfiguration & { readonly version: string };

function assembleStorage({ spec }: EdgeDevice): { readonly storage?: StorageSettings } {
  const { uploadIntervalSeconds, maxUploadBytesPerSecond } = spec?.storage ?? {};
  const storage = {
    ...(uploadIntervalSeconds === undefined ? {} : { interval_seconds: uploadIntervalSeconds }),
    ...(maxUploadBytesPerSecond === undefined ? {} : { max_bytes_per_second: maxUploadBytesPerSecond }),
  };
  return Object.keys(storage).length === 0 ? {} : { storage };
}

function assembleSettings(device: EdgeDevice): Omit<DeviceConfiguration, 'device_id' | 'version' | 'workloads'> {
  const { spec } = device;
  const profile = spec?.heartbeat?.hardwareProfile;
  return {
    configuration: {
      heartbeat: {
        period_seconds: spec?.heartbeat?.periodSeconds ?? DEFAULT_PERIOD_SECONDS,
        hardware_profile: profile?.include === true ? { include: true, scope: profile.scope } : {},
      },
      ...(spec?.pollIntervalSeconds === undefined ? {} : { poll_interval_seconds: spec.pollIntervalSeconds }),
      ...assembleStorage(device),
    },
    ...(spec?.monitoringIntervalSeconds === undefined
      ? {}
      : { workloads_monitoring_interval: spec.monitoringIntervalSeconds }),
  };
}

/**
 * Everything that a device should be (wire: device-configuration-message). Members without a value are left out.
 * `version` is a digest of the content, made of the digests of the workloads: it changes when, and only when, something
 * changes for the device. Upstream puts the resourceVersion there, which peers treat as opaque and echo.
 *
 * The bucket is not in it, since it holds secrets: its version stands for it in the digest, and `withBucket` puts it in
 * where the configuration is handed out.
 */
export function assembleConfiguration(
  device: EdgeDevice,
  deployed: readonly AssembledWorkload[],
  { bucketVersion }: { readonly bucketVersion: string | undefined } = {
    bucketVersion: device.status?.storage?.version,
  },
): AssembledConfiguration {
  const sorted = deployed.toSorted((a, b) => (a.workload.name < b.workload.name ? -1 : 1));
  const settings = assembleSettings(device);
  const hash = createHash('sha256').update(canonicalJson(settings));
  for (const { digest } of sorted) hash.update(digest);
  if (bucketVersion !== undefined) hash.update(canonicalJson({ bucketVersion }));
  return {
    device_id: device.metadata.name,
    version: hash.digest('hex').slice(0, VERSION_LENGTH),
    ...settings,
    ...(sorted.length === 0 ? {} : { workloads: sorted.map(({ workload }) => workload) }),
  };
}

/** The same configuration with the bucket that its version speaks of. */
export function withBucket(configuration: AssembledConfiguration, s3: WireBucket): AssembledConfiguration {
  const { configuration: settings } = configuration;
  return { ...configuration, configuration: { ...settings, storage: { ...settings?.storage, s3 } } };
}
