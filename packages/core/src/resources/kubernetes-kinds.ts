import * as z from 'zod';
import { K4eError } from '../foundation/index.ts';
import type { Resource, ResourceKind } from './resource.ts';

/** A Kubernetes `v1` Event: something that happened to a resource. */
export interface EventResource extends Resource {
  readonly involvedObject: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly uid?: string;
  };
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly firstTimestamp: string;
  readonly lastTimestamp: string;
  readonly source: { readonly component: string };
}

/** A Kubernetes `coordination.k8s.io/v1` Lease: who leads. */
export interface LeaseResource extends Resource {
  readonly spec: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

/** A Kubernetes `v1` ConfigMap. */
export interface ConfigMapResource extends Resource {
  readonly data?: Readonly<Record<string, string>>;
}

/** A Kubernetes `v1` Secret. `data` is base64 of the bytes. */
export interface SecretResource extends Resource {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** An `objectbucket.io/v1alpha1` ObjectBucketClaim: somebody asks for a bucket, and a provisioner makes it. */
export interface ObjectBucketClaimResource extends Resource {
  readonly spec?: {
    readonly storageClassName?: string;
    readonly bucketName?: string;
    readonly generateBucketName?: string;
    readonly objectBucketName?: string;
  };
  readonly status?: { readonly phase?: string };
}

/** An OpenShift `route.openshift.io/v1` Route: a host name under which a service is reached. */
export interface RouteResource extends Resource {
  readonly spec?: { readonly host?: string };
}

const identity = z.looseObject({ metadata: z.looseObject({ name: z.string().min(1), namespace: z.string().min(1) }) });

function admitLoosely<T>(resource: unknown): T {
  const result = identity.safeParse(resource);
  if (result.success) {
    const admitted: unknown = result.data;
    return admitted as T;
  }
  const issues = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new K4eError('RESOURCE_INVALID', { message: issues.join('; '), retry: 'never' });
}

/** The kind Event. */
export const EVENT: ResourceKind<EventResource> = {
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  hasStatus: false,
  listMapKeys: [],
  admit: admitLoosely,
};

/** The kind Lease. */
export const LEASE: ResourceKind<LeaseResource> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  hasStatus: false,
  listMapKeys: [],
  admit: admitLoosely,
};

/** The kind ConfigMap. */
export const CONFIG_MAP: ResourceKind<ConfigMapResource> = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  hasStatus: false,
  listMapKeys: [],
  admit: admitLoosely,
};

/** The kind Secret. */
export const SECRET: ResourceKind<SecretResource> = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  hasStatus: false,
  listMapKeys: [],
  admit: admitLoosely,
};

/** The kind ObjectBucketClaim. */
export const OBJECT_BUCKET_CLAIM: ResourceKind<ObjectBucketClaimResource> = {
  group: 'objectbucket.io',
  version: 'v1alpha1',
  kind: 'ObjectBucketClaim',
  plural: 'objectbucketclaims',
  hasStatus: true,
  listMapKeys: [],
  admit: admitLoosely,
};

/** The kind Route. */
export const ROUTE: ResourceKind<RouteResource> = {
  group: 'route.openshift.io',
  version: 'v1',
  kind: 'Route',
  plural: 'routes',
  hasStatus: true,
  listMapKeys: [],
  admit: admitLoosely,
};
