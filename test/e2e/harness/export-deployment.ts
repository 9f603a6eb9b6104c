import { WORKLOAD_IMAGE } from '@k4e/testbed';

/** A workload that writes files. */
export interface ExportDeployment {
  readonly name: string;
  readonly device: string;
  /** What its container runs, of busybox's shell; it has to stay. */
  readonly script: string;
  readonly paths: readonly { readonly source: string; readonly target: string }[];
}

/** The EdgeDeployment manifest of a workload that writes files, for `kubectl apply`. */
export function exportDeployment({ name, device, script, paths }: ExportDeployment): unknown {
  return {
    apiVersion: 'management.k4e.io/v1alpha1',
    kind: 'EdgeDeployment',
    metadata: { name, namespace: 'default' },
    spec: {
      device,
      data: { paths },
      pod: { spec: { containers: [{ name: 'writer', image: WORKLOAD_IMAGE, command: ['sh', '-ec', script] }] } },
    },
  };
}
