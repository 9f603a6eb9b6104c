import { K4eError, isDnsLabel } from '@k4e/core';
import type { ObjectMeta } from '@k4e/core/resources';

/** Longest name of a resource, in characters: a DNS subdomain. */
export const NAME_MAX_LENGTH = 253;
/** Most characters that the keys and values of the annotations of a resource have together. */
export const ANNOTATIONS_MAX_LENGTH = 262_144;

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const PART_MAX_LENGTH = 63;

function isSubdomain(text: string): boolean {
  return text.length <= NAME_MAX_LENGTH && SUBDOMAIN.test(text);
}

function isQualifiedName(text: string): boolean {
  const slash = text.indexOf('/');
  const name = text.slice(slash + 1);
  return name.length <= PART_MAX_LENGTH && QUALIFIED.test(name) && (slash < 0 || isSubdomain(text.slice(0, slash)));
}

function isLabelValue(text: string): boolean {
  return text === '' || (text.length <= PART_MAX_LENGTH && QUALIFIED.test(text));
}

function* faults(metadata: ObjectMeta): Generator<string> {
  const { name, namespace, labels = {}, annotations = {}, finalizers = [] } = metadata;
  if (!isSubdomain(name))
    yield `metadata.name: "${name}" is not a DNS subdomain of at most ${NAME_MAX_LENGTH} characters`;
  if (!isDnsLabel(namespace)) yield `metadata.namespace: "${namespace}" is not a DNS label`;
  for (const [key, value] of Object.entries(labels)) {
    if (!isQualifiedName(key)) yield `metadata.labels: "${key}" is not a qualified name`;
    if (!isLabelValue(value)) yield `metadata.labels.${key}: "${value}" is not a label value`;
  }
  for (const key of Object.keys(annotations)) {
    if (!isQualifiedName(key.toLowerCase())) yield `metadata.annotations: "${key}" is not a qualified name`;
  }
  const length = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (length > ANNOTATIONS_MAX_LENGTH) yield `metadata.annotations: more than ${ANNOTATIONS_MAX_LENGTH} characters`;
  for (const finalizer of finalizers) {
    if (!isQualifiedName(finalizer)) yield `metadata.finalizers: "${finalizer}" is not a qualified name`;
  }
}

/** Checks names, labels, annotations and finalizers as the Kubernetes API does for every kind. Throws `RESOURCE_INVALID`. */
export function checkMetadata(kind: string, metadata: ObjectMeta): void {
  const found = [...faults(metadata)];
  if (found.length === 0) return;
  throw new K4eError('RESOURCE_INVALID', { subject: kind, message: found.join('; '), retry: 'never' });
}
