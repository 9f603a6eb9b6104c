import { K4eError, isRecord, jsonEqual } from '@k4e/core';
import type { Resource, ResourceKind } from '@k4e/core/resources';

/** Members of a resource by name. */
export type Members = Readonly<Record<string, unknown>>;

/** The members of object metadata that writers own; the store itself sets all others. */
const WRITABLE_METADATA = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || Object.keys(value).length === 0;
}

/** `input` as JSON would carry it, without null members: Kubernetes takes those for absent. */
export function toMembers(input: unknown): Members {
  const text = JSON.stringify(input, (_name, value: unknown) => (value === null ? undefined : value));
  const parsed: unknown = JSON.parse(text);
  if (isRecord(parsed)) return parsed;
  throw new K4eError('RESOURCE_INVALID', { message: 'a resource is an object', retry: 'never' });
}

const IDENTITY: readonly string[] = ['apiVersion', 'kind', 'metadata'];

/** Everything but identity, metadata and, where it is a subresource, status. */
export function contentOf(kind: Pick<ResourceKind<Resource>, 'hasStatus'>, resource: unknown): Members {
  const members = isRecord(resource) ? resource : {};
  const isContent = (name: string): boolean => !IDENTITY.includes(name) && !(kind.hasStatus && name === 'status');
  return Object.fromEntries(Object.entries(members).filter(([name]) => isContent(name)));
}

/** The metadata that writers own, without what is empty. */
export function writableMetadata(members: Members): Members {
  const metadata = isRecord(members.metadata) ? members.metadata : {};
  return Object.fromEntries(
    WRITABLE_METADATA.filter((name) => !isEmpty(metadata[name])).map((name) => [name, metadata[name]]),
  );
}

/** What an owner speaks of when it applies `members` to one half of a resource. */
export function appliedPart(
  kind: Pick<ResourceKind<Resource>, 'hasStatus'>,
  resource: unknown,
  half: 'main' | 'status',
): Members {
  const members = isRecord(resource) ? resource : {};
  if (half === 'status') return members.status === undefined ? {} : { status: members.status };
  const metadata = writableMetadata(members);
  return isEmpty(metadata) ? contentOf(kind, members) : { metadata, ...contentOf(kind, members) };
}

/** `metadata` without writable members that are empty: they and absent ones are the same to Kubernetes. */
export function withoutEmptyMetadata(metadata: Members): Members {
  const writable = new Set<string>(WRITABLE_METADATA);
  return Object.fromEntries(
    Object.entries(metadata).filter(([name, value]) => !(writable.has(name) && isEmpty(value))),
  );
}

/** Whether two states of a resource want the same: the content that `metadata.generation` counts. */
export function sameContent(kind: Pick<ResourceKind<Resource>, 'hasStatus'>, a: Resource, b: Resource): boolean {
  return jsonEqual(contentOf(kind, a), contentOf(kind, b));
}
