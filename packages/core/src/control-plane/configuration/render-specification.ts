import { stringify } from 'yaml';
import type { PodSpec } from '../../resources/index.ts';

/**
 * A PodSpec as YAML text (wire: `workloads[].specification`; keys sorted, every container has `resources`). The same
 * spec always gives the same text.
 */
export function renderSpecification(spec: PodSpec): string {
  const withResources = (container: object): object => ({ resources: {}, ...container });
  const complete = {
    ...spec,
    containers: spec.containers.map(withResources),
    ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(withResources) }),
  };
  return stringify(complete, { sortMapEntries: true, aliasDuplicateObjects: false, lineWidth: 0 });
}
