/** The part of Kubernetes object metadata that k4e reads or writes. Times are RFC 3339 text. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly uid?: string;
  /** Opaque; changes with every write. */
  readonly resourceVersion?: string;
  /** Grows with each change of the spec. */
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

/** Anything the resource store holds: a Kubernetes object in one namespace. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** Which resource of a kind. */
export interface ResourceRef {
  readonly namespace: string;
  readonly name: string;
}

/** `T` with every member optional, at every depth. */
export type DeepPartial<T> = T extends readonly (infer Item)[]
  ? readonly DeepPartial<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]?: DeepPartial<T[Key]> }
    : T;

/** What a writer says about the metadata of a resource, and nothing else of it. */
export interface AppliedMetadata {
  readonly metadata: ResourceRef & Partial<ObjectMeta>;
}

/** What a writer says about a resource: its identity, and just the fields that are the writer's. */
export type AppliedResource<T extends Resource> = AppliedMetadata & {
  readonly [Key in Exclude<keyof T, keyof Resource>]?: DeepPartial<T[Key]>;
};

/** A list inside a resource whose items are merged by key instead of replaced whole. */
export interface ListMapKey {
  /** Dotted path of the list, such as `status.conditions`. */
  readonly path: string;
  /** The member that identifies an item. */
  readonly key: string;
}

/** What a store has to know of a kind of resource. */
export interface ResourceKind<T extends Resource> {
  /** Empty for Kubernetes' core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  /** Whether status is a subresource of its own: written separately, and ignored in other writes. */
  readonly hasStatus: boolean;
  readonly listMapKeys: readonly ListMapKey[];
  /**
   * Fills defaults and validates, as the API server does from the CRD. For stores that have no API server.
   * Throws `RESOURCE_INVALID` with the path and the reason in words.
   */
  admit(resource: unknown): T;
}

/** `group/version`, or the version alone for the core group. */
export function apiVersionOf(kind: Pick<ResourceKind<Resource>, 'group' | 'version'>): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** `namespace/name`: a key for maps and queues. */
export function resourceKey(ref: ResourceRef): string {
  return `${ref.namespace}/${ref.name}`;
}
