import { K4eError } from '../../foundation/index.ts';
import type { CallOptions, Clock, ResourceStore } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import type { EdgeDevice, SecretResource } from '../../resources/index.ts';
import { checkAccess } from '../buckets/index.ts';
import { bucketRequest } from './bucket-source.ts';
import type { BucketSource } from './bucket-source.ts';
import { missingFeatures, renewalTimeMs } from './plan-look.ts';
import type { StorageOutcome } from './storage-fields.ts';
import {
  neededFeatures,
  removeStorageSecret,
  storageSecretRef,
  toWireBucket,
  writeStorageSecret,
} from './storage-secret.ts';

/** Longest that a source may take to give a bucket. */
export const ASK_LIMIT_MS = 30_000;

/** What asking needs. */
export interface AskParts {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * Asks a source for the bucket of a device, and makes the Secret of the device tell of it. A device that cannot take what
 * was given is told nothing, and its Secret goes. Rejects as the source and the store do.
 */
export async function askSource(
  { store, clock, random }: AskParts,
  {
    device,
    source,
    held,
  }: { readonly device: EdgeDevice; readonly source: BucketSource; readonly held: SecretResource | undefined },
  options: CallOptions,
): Promise<StorageOutcome> {
  const { metadata } = device;
  const request = bucketRequest(device);
  const deadline = { clock, limitMs: ASK_LIMIT_MS, signal: options.signal, subject: source.describe(request) };
  const { access, expiresAtMs, claimName } = await withDeadline(deadline, (signal) =>
    source.buckets.provision(request, { signal }),
  );
  checkAccess(access);
  const from = { provisioner: source.name, source: source.describe(request) };
  const missing = missingFeatures(device, neededFeatures(toWireBucket(access)));
  if (missing.length > 0) {
    if (held !== undefined) await removeStorageSecret(store, metadata, options);
    return { kind: 'refused', storage: { ...from, bucket: access.bucket }, missing };
  }
  const version = await writeStorageSecret(store, metadata, { access, held }, options);
  if (version === '') throw new K4eError('INTERNAL', { subject: metadata.name, message: 'a Secret has no version' });
  const time = (atMs: number): string => new Date(atMs).toISOString();
  const ends =
    expiresAtMs === undefined
      ? {}
      : { expiresTime: time(expiresAtMs), renewTime: time(renewalTimeMs(expiresAtMs, clock.nowMs(), random())) };
  const secretName = storageSecretRef(metadata).name;
  return {
    kind: 'granted',
    storage: { ...from, bucket: access.bucket, secretName, version, ...ends },
    dataObc: claimName,
  };
}
