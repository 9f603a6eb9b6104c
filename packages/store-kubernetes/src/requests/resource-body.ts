import { K4eError, isRecord } from '@k4e/core';
import { apiVersionOf } from '@k4e/core/resources';
import type { AppliedMetadata, Resource, ResourceKind } from '@k4e/core/resources';

/** The members of metadata that writers own. Empty ones are left out: to Kubernetes an empty one is owned, and then in the way of others. */
const WRITABLE_METADATA = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

type Members = Readonly<Record<string, unknown>>;

/** What a request carries of a resource. */
export interface BodyOptions {
  readonly half: 'main' | 'status';
  /** Preconditions, in the metadata. */
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

function writableMetadata(metadata: Members): Members {
  const isGiven = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  return Object.fromEntries(
    WRITABLE_METADATA.filter((name) => isGiven(metadata[name])).map((name) => [name, metadata[name]]),
  );
}

const IDENTITY: readonly string[] = ['apiVersion', 'kind', 'metadata'];

/** The members that a half speaks of, besides metadata. */
function contentOf(kind: ResourceKind<Resource>, members: Members, half: 'main' | 'status'): Members {
  if (half === 'status') return { status: members.status };
  const isContent = (name: string): boolean => !IDENTITY.includes(name) && !(kind.hasStatus && name === 'status');
  return Object.fromEntries(Object.entries(members).filter(([name]) => isContent(name)));
}

/** `resource` as JSON text for the API server: without what the half does not speak of, and without null members, which stand for absent ones. */
export function resourceBody(kind: ResourceKind<Resource>, resource: AppliedMetadata, options: BodyOptions): string {
  const members: Members = { ...resource };
  const { half, uid, resourceVersion } = options;
  const { namespace, name } = resource.metadata;
  const own = half === 'status' ? {} : writableMetadata({ ...resource.metadata });
  const metadata = { ...own, namespace, name, uid, resourceVersion };
  const body = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata, ...contentOf(kind, members, half) };
  return JSON.stringify(body, (_name, value: unknown) => (value === null ? undefined : value));
}

/**
 * The resource in an answer, as the server wrote it: texts stay texts. Its bookkeeping of field owners is left out, and
 * kind and version are added where a list leaves them out. Throws `STORE_UNAVAILABLE` for anything else.
 */
export function toResource<T extends Resource>(kind: ResourceKind<T>, value: unknown): T {
  if (!isRecord(value) || !isRecord(value.metadata) || typeof value.metadata.name !== 'string') {
    throw new K4eError('STORE_UNAVAILABLE', {
      subject: kind.kind,
      message: 'the Kubernetes API answered something that is no resource',
    });
  }
  const metadata = Object.fromEntries(Object.entries(value.metadata).filter(([name]) => name !== 'managedFields'));
  const resource: unknown = { apiVersion: apiVersionOf(kind), kind: kind.kind, ...value, metadata };
  // The server has validated it against the schema that T comes from.
  return resource as T;
}
