import type { BucketProvisioner, BucketRequest, Clock, ResourceStore } from '../../ports/index.ts';
import type { EdgeDevice } from '../../resources/index.ts';
import { createClaimBuckets, createExternalBuckets } from '../buckets/index.ts';
import type { DirectBuckets, StorageSettings } from './storage-settings.ts';

/** The ways to a bucket, as `spec.storage.s3.provisioner` calls them. */
export type ProvisionerName = 'claim' | 'external' | 'direct';

/** One way to a bucket. */
export interface BucketSource {
  readonly name: ProvisionerName;
  readonly buckets: BucketProvisioner;
  /** Whether asking again only reads what others wrote: then that is how their changes are noticed. Else it makes new credentials. */
  readonly readsOnly: boolean;
  /** Where the bucket of this request comes from, in words. Another text is another bucket. */
  readonly describe: (request: BucketRequest) => string;
  /** The ObjectBucketClaim that it is asked by. */
  readonly claimName?: (request: BucketRequest) => string;
}

/** The ways that this operator has. */
export type BucketSources = Readonly<Partial<Record<ProvisionerName, BucketSource>>>;

/** Creates the ways to a bucket: `direct` where there is an endpoint for it, the others always. */
export function createBucketSources(parts: {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly settings: StorageSettings;
  readonly direct?: DirectBuckets | undefined;
}): BucketSources {
  const { settings, direct } = parts;
  const claim: BucketSource = {
    name: 'claim',
    buckets: createClaimBuckets({ ...parts, storageClassName: settings.claimStorageClass }),
    readsOnly: true,
    describe: ({ device }) => `ObjectBucketClaim ${device.name}`,
    claimName: ({ device }) => device.name,
  };
  const external: BucketSource = {
    name: 'external',
    buckets: createExternalBuckets(parts),
    readsOnly: true,
    describe: ({ configMapName = '', secretName = '' }) => `ConfigMap ${configMapName} and Secret ${secretName}`,
  };
  if (direct === undefined) return { claim, external };
  const { buckets, description } = direct;
  return { claim, external, direct: { name: 'direct', buckets, readsOnly: false, describe: () => description } };
}

/**
 * Which way a device is to have its bucket: the one that its spec names, `external` when that names a ConfigMap and a
 * Secret, `claim` or `none` as `createOBC` says, else the operator's default.
 */
export function wantedProvisioner(
  { spec }: EdgeDevice,
  { default: preset }: StorageSettings,
): ProvisionerName | 'none' {
  const { provisioner, secretName, createOBC } = spec?.storage?.s3 ?? {};
  if (provisioner !== undefined) return provisioner;
  if (secretName !== undefined) return 'external';
  if (createOBC === undefined) return preset;
  return createOBC ? 'claim' : preset === 'claim' ? 'none' : preset;
}

/** What is asked for a device. */
export function bucketRequest({ metadata, spec }: EdgeDevice): BucketRequest {
  const { namespace, name, uid = '' } = metadata;
  const { configMapName, secretName } = spec?.storage?.s3 ?? {};
  return {
    device: { namespace, name },
    uid,
    ...(configMapName === undefined ? {} : { configMapName }),
    ...(secretName === undefined ? {} : { secretName }),
  };
}
