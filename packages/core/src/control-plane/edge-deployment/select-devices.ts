import type { EdgeDeployment, EdgeDevice } from '../../resources/index.ts';
import { matchSelector } from './match-selector.ts';

/** The term that every device of a namespace has. */
const ANY = 'any';

/**
 * Whether a deployment is for a device: same namespace, and its name or its labels. `spec.device` wins over the
 * selector; with neither a deployment is for no device.
 */
export function isDeployedTo({ metadata, spec }: EdgeDeployment, device: EdgeDevice): boolean {
  if (metadata.namespace !== device.metadata.namespace) return false;
  if (spec.device !== undefined) return spec.device === device.metadata.name;
  return spec.deviceSelector !== undefined && matchSelector(spec.deviceSelector, device.metadata.labels ?? {});
}

/**
 * Terms of an inverted index that brings devices and deployments together without looking at the whole fleet.
 * Invariant: a deployment that is for a device shares at least one term with it. The reverse need not hold: decide with
 * `isDeployedTo`.
 */
export function deviceTerms({ metadata }: EdgeDevice): string[] {
  const labels = Object.entries(metadata.labels ?? {});
  const terms = [
    ANY,
    `name:${metadata.name}`,
    ...labels.map(([key]) => `key:${key}`),
    ...labels.map(([key, value]) => `label:${key}=${value}`),
  ];
  return terms.map((term) => `${metadata.namespace}/${term}`);
}

/** The terms to look a deployment's devices up by; see `deviceTerms`. */
export function deploymentTerms({ metadata, spec }: EdgeDeployment): string[] {
  return positiveTerms(spec).map((term) => `${metadata.namespace}/${term}`);
}

function positiveTerms({ device, deviceSelector }: EdgeDeployment['spec']): string[] {
  if (device !== undefined) return [`name:${device}`];
  if (deviceSelector === undefined) return [];
  const [pair] = Object.entries(deviceSelector.matchLabels ?? {});
  if (pair !== undefined) return [`label:${pair[0]}=${pair[1]}`];
  const requirements = deviceSelector.matchExpressions ?? [];
  const anyOf = requirements.find(({ operator }) => operator === 'In');
  if (anyOf !== undefined) return [...new Set(anyOf.values)].map((value) => `label:${anyOf.key}=${value}`);
  const exists = requirements.find(({ operator }) => operator === 'Exists');
  return [exists === undefined ? ANY : `key:${exists.key}`];
}
