import type { Resource, ResourceKind, ResourceRef } from '@k4e/core/resources';
import type { FieldOwner, Shape } from '../apply/index.ts';

/** What is written to: a resource of a kind, and where lists of that kind merge item by item. */
export interface Target<T extends Resource> {
  readonly kind: ResourceKind<T>;
  readonly ref: ResourceRef;
  readonly shape: Shape;
}

/** A resource as it is kept, with who owns which of its fields. */
export interface Stored<T extends Resource> {
  readonly resource: T;
  readonly owners: readonly FieldOwner[];
}

/** What a write comes to. The resources in it carry the version of the write, except where nothing changes. */
export type Change<T extends Resource> =
  | { readonly type: 'none'; readonly resource: T }
  | { readonly type: 'added' | 'modified'; readonly resource: T; readonly owners: readonly FieldOwner[] }
  /** `resource` is the last state that was kept, `answer` what the caller of an apply gets. */
  | { readonly type: 'deleted'; readonly resource: T; readonly answer: T };

/** What a decision about a write needs from outside. */
export interface WriteContext {
  readonly nowMs: number;
  /** The version that the resource gets if it changes. */
  readonly resourceVersion: string;
  /** Makes the uid of a new resource. */
  readonly newUid: () => string;
}

/** `resource` with that version. */
export function withVersion<T extends Resource>(resource: T, resourceVersion: string): T {
  return { ...resource, metadata: { ...resource.metadata, resourceVersion } };
}

/** Wall-clock time as Kubernetes writes it in metadata: whole seconds. */
export function timestamp(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
}
