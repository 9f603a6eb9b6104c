import type { EdgeReply } from './edge-api.ts';

/** What waits for a device on a channel. */
export interface Delivery {
  /** Two deliveries to a device are the same when, and only when, their names are. */
  readonly name: string;
  /** How new what it was made of is; `undefined`: that cannot be told. */
  readonly revision?: number | undefined;
  /** Makes the message, for a device that is to have it now. */
  readonly reply: () => EdgeReply;
}

/** How a delivery is called on the wire, such as `7e51ca22eb19901a.205`: its name, and the revision behind it. */
export function tagOf({ name, revision }: Delivery): string {
  return revision === undefined ? name : `${name}.${String(revision)}`;
}

/** What a device has, as it calls it. */
export interface Held {
  readonly name: string;
  readonly revision?: number;
}

/** Reads a tag. Nothing fails: a tag of somebody else is a name that no delivery has. */
export function readTag(tag: string): Held {
  const [, name = '', digits = ''] = /^(.*)\.(\d{1,15})$/.exec(tag) ?? [];
  return digits === '' ? { name: tag } : { name, revision: Number(digits) };
}

/**
 * Whether the device has something newer than `delivery`, from a replica whose caches are ahead of ours. Handing out ours
 * would take back, for a moment, what the device has just done.
 */
export function isBehind(delivery: Delivery, held: Held): boolean {
  return delivery.revision !== undefined && held.revision !== undefined && delivery.revision < held.revision;
}

/**
 * The newest of the versions that these resources have in their store; `undefined` where one is no number. Kubernetes says
 * of resourceVersions that they may be compared as numbers.
 */
export function newestRevision(
  resources: readonly { readonly metadata: { readonly resourceVersion?: string | undefined } }[],
): number | undefined {
  const revisions = resources.map(({ metadata }) => Number(metadata.resourceVersion ?? NaN));
  return revisions.every((revision) => Number.isSafeInteger(revision)) ? Math.max(0, ...revisions) : undefined;
}
