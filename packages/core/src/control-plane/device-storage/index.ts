/**
 * Which bucket a device has. A controller of its own, so that trouble with storage never stops anything else of a device: it
 * chooses where the bucket comes from, asks there, and keeps what the device is to be told in one Secret per device. The
 * version of that Secret goes into the status; with it, every replica of the edge API knows what to read, and the
 * controller of the device which configuration it should have, without reading a secret.
 *
 * It looks when something changes, before credentials end, and now and then, because what others wrote may change unseen.
 */
export { NO_STORAGE } from './storage-settings.ts';
export type { DirectBuckets, ReclaimPolicy, StorageSettings } from './storage-settings.ts';
export { createBucketSources } from './bucket-source.ts';
export type { BucketSource, BucketSources, ProvisionerName } from './bucket-source.ts';
export { STORAGE_CONDITION, STORAGE_FINALIZER } from './storage-fields.ts';
export { createStorageReconciler } from './reconcile-storage.ts';
export type { StorageReconcilerParts } from './reconcile-storage.ts';
export { ASK_LIMIT_MS } from './ask-source.ts';
export { RECHECK_INTERVAL_MS, renewalTimeMs } from './plan-look.ts';
export { readStorageFailure } from './storage-failure.ts';
export { createDeliveredBuckets } from './delivered-buckets.ts';
export type { DeliveredBucket, DeliveredBuckets } from './delivered-buckets.ts';
