import type { PodSpec } from '../../resources/index.ts';
import { renderSpecification } from '../configuration/index.ts';
import { checkContainer } from './check-containers.ts';
import { checkPodFields } from './check-pod-fields.ts';
import { checkUnprobed } from './check-probes.ts';
import { checkSpecificationLength } from './check-specification-length.ts';
import { checkTexts } from './check-texts.ts';
import { checkVolume, checkVolumeNames } from './check-volumes.ts';
import { listOf } from './unsupported.ts';
import type { Unsupported } from './unsupported.ts';

/** Where a deployment has its pod. */
const PATH = 'spec.pod.spec';

/**
 * Everything in a pod spec that podman cannot run or would silently ignore; empty when the pod can run. `specification` is
 * the spec as devices read it (wire), for callers that have it.
 */
export function checkPodSpec(spec: PodSpec, specification = renderSpecification(spec)): Unsupported[] {
  return [
    ...checkSpecificationLength(specification, PATH),
    ...checkTexts(spec, PATH),
    ...checkPodFields(spec, PATH),
    ...(spec.initContainers ?? []).flatMap((container, index) => {
      const path = `${PATH}.initContainers[${index}]`;
      return [...checkContainer(container, path), ...checkUnprobed(container, path)];
    }),
    ...spec.containers.flatMap((container, index) => checkContainer(container, `${PATH}.containers[${index}]`)),
    ...checkVolumeNames(spec, PATH),
    ...listOf(spec.volumes).flatMap((volume, index) => checkVolume(volume, `${PATH}.volumes[${index}]`)),
  ];
}
