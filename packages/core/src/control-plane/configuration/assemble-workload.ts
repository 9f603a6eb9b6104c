import { createHash } from 'node:crypto';
import { canonicalJson } from '../../foundation/index.ts';
import type { DeviceConfiguration } from '../../protocol/index.ts';
import type { EdgeDeployment } from '../../resources/index.ts';
import { renderSpecification } from './render-specification.ts';

/** A deployment as devices are told of it: the same for each of them. */
export interface AssembledWorkload {
  /** An entry of a configuration (wire: `workloads`). */
  readonly workload: NonNullable<DeviceConfiguration['workloads']>[number];
  /** Bytes that it takes in a configuration, as JSON. */
  readonly sizeBytes: number;
  /** Changes when, and only when, `workload` does. */
  readonly digest: string;
}

/** Renders a deployment. Costs as much as its pod is long: ask once of a deployment, not once of each device. */
export function assembleWorkload({ metadata, spec }: EdgeDeployment): AssembledWorkload {
  const { paths = [], intervalSeconds } = spec.data ?? {};
  const interval = intervalSeconds === undefined ? {} : { interval_seconds: intervalSeconds };
  const workload = {
    name: metadata.name,
    specification: renderSpecification(spec.pod.spec),
    ...(paths.length === 0 ? {} : { data: { paths, ...interval } }),
  };
  return {
    workload,
    sizeBytes: Buffer.byteLength(`${JSON.stringify(workload)},`),
    digest: createHash('sha256').update(canonicalJson(workload)).digest('hex'),
  };
}
