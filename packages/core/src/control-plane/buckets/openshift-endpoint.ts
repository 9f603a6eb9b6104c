import { hasCode } from '../../foundation/index.ts';
import type { BucketAccess, CallOptions, Clock, ResourceStore } from '../../ports/index.ts';
import { ROUTE, SECRET } from '../../resources/index.ts';
import type { Resource, ResourceKind, ResourceRef } from '../../resources/index.ts';
import { BUCKET_KEYS } from './bucket-documents.ts';

/** Where OpenShift's storage is reached from outside of the cluster, and whom to trust there (as upstream). */
const S3_ROUTE: ResourceRef = { namespace: 'openshift-storage', name: 's3' };
const ROUTER_CA: ResourceRef = { namespace: 'openshift-ingress-operator', name: 'router-ca' };

/** How long what was found counts: a fleet asks for the same two resources again and again. */
export const ROUTE_MEMORY_MS = 60_000;

type Endpoint = Pick<BucketAccess, 'endpoint' | 'caBundle'>;

/**
 * Finds the outside of OpenShift's storage: its route, and the CA of the router. `undefined` where there is no route, or
 * none that the operator may read.
 */
export function createOpenShiftEndpoint({
  store,
  clock,
}: {
  readonly store: Pick<ResourceStore, 'get'>;
  readonly clock: Clock;
}): (options: CallOptions) => Promise<Endpoint | undefined> {
  const find = <T extends Resource>(kind: ResourceKind<T>, ref: ResourceRef, options: CallOptions) =>
    store.get(kind, ref, options).catch((error: unknown) => {
      if (hasCode(error, 'KIND_NOT_SERVED') || hasCode(error, 'FORBIDDEN')) return undefined;
      throw error;
    });
  let last: { readonly atMs: number; readonly endpoint: Endpoint | undefined } | undefined;
  return async (options) => {
    if (last !== undefined && clock.monotonicMs() - last.atMs < ROUTE_MEMORY_MS) return last.endpoint;
    const host = (await find(ROUTE, S3_ROUTE, options))?.spec?.host;
    const certificates =
      host === undefined ? undefined : (await find(SECRET, ROUTER_CA, options))?.data?.[BUCKET_KEYS.certificates];
    const trusted = certificates === undefined ? {} : { caBundle: Buffer.from(certificates, 'base64').toString() };
    const endpoint = host === undefined ? undefined : { endpoint: `https://${host}:443`, ...trusted };
    last = { atMs: clock.monotonicMs(), endpoint };
    return endpoint;
  };
}
