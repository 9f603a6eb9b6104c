import type { Resource, ResourceKind, ResourceRef } from '@k4e/core/resources';

/** A kind, as far as its addresses go. */
export type KindAddress = Pick<ResourceKind<Resource>, 'group' | 'version' | 'plural'>;

/** Path of a kind: in one namespace, or in all. */
export function collectionPath({ group, version, plural }: KindAddress, namespace: string | undefined): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespace === undefined
    ? `${root}/${plural}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** Path of a resource, or of its status. */
export function resourcePath(kind: KindAddress, ref: ResourceRef, subresource?: 'status'): string {
  const path = `${collectionPath(kind, ref.namespace)}/${encodeURIComponent(ref.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** `path` with the parameters that are given. */
export function withQuery(
  path: string,
  parameters: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}
