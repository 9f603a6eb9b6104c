import type { PodSpec } from '../../resources/index.ts';
import { checkContainer } from './check-containers.ts';
import { checkPodFields } from './check-pod-fields.ts';
import { checkSpecificationLength } from './check-specification-length.ts';
import { checkVolume, checkVolumeNames } from './check-volumes.ts';
import { listOf } from './unsupported.ts';
import type { Unsupported } from './unsupported.ts';

/** Everything in a pod spec that podman cannot run or would silently ignore; empty when the pod can run. `path` is where the spec stands. */
export function checkPodSpec(spec: PodSpec, path = 'spec.pod.spec'): Unsupported[] {
  return [
    ...checkSpecificationLength(spec, path),
    ...checkPodFields(spec, path),
    ...(spec.initContainers ?? []).flatMap((container, index) =>
      checkContainer(container, `${path}.initContainers[${index}]`),
    ),
    ...spec.containers.flatMap((container, index) => checkContainer(container, `${path}.containers[${index}]`)),
    ...checkVolumeNames(spec, path),
    ...listOf(spec.volumes).flatMap((volume, index) => checkVolume(volume, `${path}.volumes[${index}]`)),
  ];
}
