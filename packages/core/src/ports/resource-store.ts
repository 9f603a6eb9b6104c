import type { AppliedMetadata, AppliedResource, Resource, ResourceKind, ResourceRef } from '../resources/index.ts';
import type { CallOptions } from './call-options.ts';

/** What `list` and `watch` look at: one namespace, or all without it. */
export interface ResourceScope {
  readonly namespace?: string;
  /** A Kubernetes label selector of equality terms: `a=b`, `a!=b`, `a` and `!a`, joined by commas. */
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
 * | `create` | defaults filled, validated; `ALREADY_EXISTS`, `RESOURCE_INVALID`. Status in the argument is ignored for kinds with a status. Its fields, defaults too, belong to an owner of their own: an `apply` that changes one needs `force` |
 * | `apply` of what is not there | creates it, unless `subresource`, `metadata.resourceVersion` or `metadata.uid` is given: then `NOT_FOUND` |
 * | `apply` with `metadata.resourceVersion` or `metadata.uid` that is not the current one | `CONFLICT`, nothing written |
 * | `apply` that changes nothing | resourceVersion stays |
 * | `apply` that leaves out what its owner applied before | removed, unless another owner has it too; a default comes back in its place |
 * | `apply` to lists with keys (`ResourceKind.listMapKeys`) | merged item by item; a finalizer list is a set; any other list is one value |
 * | `apply` with members that are null, or labels, annotations or finalizers that are empty | as if they were left out |
 * | `apply` that empties an object which its owner filled before | `RESOURCE_INVALID`: leave the object out instead |
 * | `apply` of what the schema refuses, or does not know | `RESOURCE_INVALID`, nothing written |
 * | `delete` of a resource with finalizers | sets `metadata.deletionTimestamp` and raises the generation; it goes when the last finalizer is applied away, and gets no new ones (`RESOURCE_INVALID`) |
 * | `delete` of what is not there | `false`; with a `uid` that is not the current one: `CONFLICT` |
 * | `watch` from a version | every change after it, each once, in order; ends without error when `signal` fires and when the server closes it: watch again from the last version seen |
 * | `watch` with a selector | a resource that starts to match is `added`, one that stops is `deleted`, with the last state that matched |
 * | `watch` from a version out of history, or slower than the history | rejects with `VERSION_EXPIRED`: list again |
 *
 * All reject with `STORE_UNAVAILABLE` when the store cannot be reached, `KIND_NOT_SERVED` when it does not know the kind
 * (a store that takes any kind never does), `FORBIDDEN` when it refuses the caller, and `INVALID_INPUT` for a selector that is none; writes reject with `TOO_LARGE` for a resource over the store's limit.
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
