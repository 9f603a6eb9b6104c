import type { AppliedMetadata, AppliedResource, Resource, ResourceKind, ResourceRef } from '../resources/index.ts';
import type { CallOptions } from './call-options.ts';

/** What `list` and `watch` look at: one namespace, or all without it. */
export interface ResourceScope {
  readonly namespace?: string;
  /** A Kubernetes label selector of equality terms, such as `a=b,c`. */
  readonly labelSelector?: string;
}

/** A consistent picture of a kind, and the version to watch from. */
export interface ResourceList<T extends Resource> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

/** A change, in the order it happened. `deleted` carries the last state; `bookmark` only moves the version on. */
export type WatchEvent<T extends Resource> =
  | { readonly type: 'added' | 'modified' | 'deleted'; readonly resource: T }
  | { readonly type: 'bookmark'; readonly resourceVersion: string };

/** Who applies, and to which half of the resource. */
export interface ApplyOptions extends CallOptions {
  /** The field owner (Kubernetes: field manager). Fields that it applied before and leaves out now are removed, unless another owner has them too. */
  readonly owner: string;
  /** Default: metadata and spec. `status` applies the status alone and never creates. */
  readonly subresource?: 'status';
  /** Take over fields that another owner holds with another value; else that is a `CONFLICT`. Default false. */
  readonly force?: boolean;
}

/**
 * Resources with the semantics of the Kubernetes API, whatever holds them.
 *
 * | call | outcome |
 * |---|---|
 * | `get` of what is not there | `undefined` |
 * | `create` | defaults filled, validated; `ALREADY_EXISTS`, `RESOURCE_INVALID`. Status in the argument is ignored for kinds with a status |
 * | `apply` of what is not there | creates it, unless `subresource` or `metadata.resourceVersion` is given: then `NOT_FOUND` |
 * | `apply` with `metadata.resourceVersion` or `metadata.uid` that is not the current one | `CONFLICT`, nothing written |
 * | `apply` that changes nothing | resourceVersion stays |
 * | `apply` to lists with keys (`ResourceKind.listMapKeys`) | merged item by item; a finalizer list is a set |
 * | `delete` of a resource with finalizers | sets `metadata.deletionTimestamp`; it goes when the last finalizer is applied away |
 * | `delete` of what is not there | `false`; with a `uid` that is not the current one: `CONFLICT` |
 * | `watch` from a version | every change after it, each once, in order; ends without error when the server closes it: watch again from the last version seen |
 * | `watch` from a version out of history | rejects with `VERSION_EXPIRED`: list again |
 *
 * All reject with `STORE_UNAVAILABLE` when the store cannot be reached, `FORBIDDEN` when it refuses the caller.
 * What comes back is the store's own; never change it.
 */
export interface ResourceStore {
  get<T extends Resource>(kind: ResourceKind<T>, ref: ResourceRef, options?: CallOptions): Promise<T | undefined>;
  list<T extends Resource>(
    kind: ResourceKind<T>,
    scope: ResourceScope,
    options?: CallOptions,
  ): Promise<ResourceList<T>>;
  watch<T extends Resource>(
    kind: ResourceKind<T>,
    scope: ResourceScope,
    options: { readonly resourceVersion: string; readonly signal: AbortSignal },
  ): AsyncIterable<WatchEvent<T>>;
  create<T extends Resource>(kind: ResourceKind<T>, resource: AppliedResource<T>, options?: CallOptions): Promise<T>;
  apply<T extends Resource>(
    kind: ResourceKind<T>,
    resource: AppliedResource<T> | AppliedMetadata,
    options: ApplyOptions,
  ): Promise<T>;
  delete<T extends Resource>(
    kind: ResourceKind<T>,
    ref: ResourceRef,
    options?: CallOptions & { readonly uid?: string },
  ): Promise<boolean>;
}
