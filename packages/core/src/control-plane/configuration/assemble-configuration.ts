import { createHash } from 'node:crypto';
import { canonicalJson } from '../../foundation/index.ts';
import { DEFAULT_PERIOD_SECONDS } from '../../protocol/index.ts';
import type { DeviceConfiguration } from '../../protocol/index.ts';
import type { EdgeDeployment, EdgeDevice } from '../../resources/index.ts';
import { renderSpecification } from './render-specification.ts';

/** Characters of a configuration version: enough that two configurations of a device never share one. */
const VERSION_LENGTH = 16;

type Workload = NonNullable<DeviceConfiguration['workloads']>[number];

function assembleWorkload({ metadata, spec }: EdgeDeployment): Workload {
  const paths = spec.data?.paths ?? [];
  return {
    name: metadata.name,
    specification: renderSpecification(spec.pod.spec),
    ...(paths.length === 0 ? {} : { data: { paths } }),
  };
}

/** Bytes that a deployment takes in a configuration, as JSON. */
export function workloadSizeBytes(deployment: EdgeDeployment): number {
  return Buffer.byteLength(`${JSON.stringify(assembleWorkload(deployment))},`);
}

function assembleSettings({ spec }: EdgeDevice): NonNullable<DeviceConfiguration['configuration']> {
  const profile = spec?.heartbeat?.hardwareProfile;
  return {
    heartbeat: {
      period_seconds: spec?.heartbeat?.periodSeconds ?? DEFAULT_PERIOD_SECONDS,
      hardware_profile: profile?.include === true ? { include: true, scope: profile.scope } : {},
    },
    ...(spec?.pollIntervalSeconds === undefined ? {} : { poll_interval_seconds: spec.pollIntervalSeconds }),
  };
}

/**
 * Everything that a device should be (wire: device-configuration-message). Members without a value are left out.
 * `version` is a digest of the content: it changes when, and only when, something changes for the device.
 * Upstream puts the resourceVersion there, which peers treat as opaque and echo.
 */
export function assembleConfiguration(device: EdgeDevice, deployments: readonly EdgeDeployment[]): DeviceConfiguration {
  const workloads = deployments.map(assembleWorkload).sort((a, b) => (a.name < b.name ? -1 : 1));
  const interval = device.spec?.monitoringIntervalSeconds;
  const content = {
    configuration: assembleSettings(device),
    ...(workloads.length === 0 ? {} : { workloads }),
    ...(interval === undefined ? {} : { workloads_monitoring_interval: interval }),
  };
  const version = createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, VERSION_LENGTH);
  return { device_id: device.metadata.name, version, ...content };
}
