import { K4eError, errorText } from '../../foundation/index.ts';
import type { CallOptions } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import type { EventRecorder } from '../../reconcile/index.ts';
import { EDGE_DEVICE } from '../../resources/index.ts';
import type { EdgeDevice } from '../../resources/index.ts';
import { FIELD_OWNERS } from '../edge-device/index.ts';
import { setFinalizers } from '../set-finalizers.ts';
import { ASK_LIMIT_MS } from './ask-source.ts';
import { bucketRequest, wantedProvisioner } from './bucket-source.ts';
import type { BucketSource, ProvisionerName } from './bucket-source.ts';
import type { LookParts } from './look-at-storage.ts';
import { readStorageFailure } from './storage-failure.ts';
import { removeStorageSecret } from './storage-secret.ts';

/** What releasing needs. */
export interface ReleaseParts extends LookParts {
  readonly events: EventRecorder;
  readonly gracePeriodMs: number;
}

/** The way the device has its bucket, by its status; by its spec while that says nothing. */
function sourceOf({ sources, settings }: LookParts, device: EdgeDevice): BucketSource | undefined {
  const wanted = wantedProvisioner(device, settings);
  const granted = device.status?.storage?.provisioner;
  const isKnown = (name: string): name is ProvisionerName => ['claim', 'external', 'direct'].includes(name);
  const name = granted !== undefined && isKnown(granted) ? granted : wanted;
  if (name === 'none') return undefined;
  const source = sources[name];
  if (source !== undefined) return source;
  throw new K4eError('BUCKET_UNAVAILABLE', { message: 'the operator does not know its S3 endpoint any more' });
}

async function releaseBucket(parts: ReleaseParts, device: EdgeDevice, options: CallOptions): Promise<void> {
  const policy = device.spec?.storage?.s3?.reclaimPolicy ?? parts.settings.reclaimPolicy;
  const source = policy === 'Delete' ? sourceOf(parts, device) : undefined;
  if (source === undefined) return;
  const request = bucketRequest(device);
  const deadline = {
    clock: parts.clock,
    limitMs: ASK_LIMIT_MS,
    signal: options.signal,
    subject: 'releasing the bucket',
  };
  await withDeadline(deadline, (signal) => source.buckets.release(request, { signal }));
}

/**
 * Ends what a device that is going had of storage: its bucket, where the reclaim policy says so, our Secret, and the
 * finalizer. A store that does not answer holds the device for one grace period beyond that of the device itself; then it
 * goes with the event `BucketLeft`. Resolves to the time left, `undefined` when it is done.
 */
export async function releaseStorage(
  parts: ReleaseParts,
  device: EdgeDevice,
  options: CallOptions,
): Promise<number | undefined> {
  const { store, clock, events, gracePeriodMs } = parts;
  try {
    await releaseBucket(parts, device, options);
    await removeStorageSecret(store, device.metadata, options);
  } catch (error) {
    const { message } = readStorageFailure(error);
    const deletedMs = Date.parse(device.metadata.deletionTimestamp ?? '');
    const remainingMs = deletedMs + 2 * gracePeriodMs - clock.nowMs();
    if (remainingMs > 0) return remainingMs;
    parts.logger.warn('the bucket of a deleted device is left', {
      device: device.metadata.name,
      error: errorText(error),
    });
    events.record({
      about: device,
      type: 'Warning',
      reason: 'BucketLeft',
      message: `the device is deleted, and its bucket ${device.status?.storage?.bucket ?? ''} is left: ${message}`,
    });
  }
  await setFinalizers(store, EDGE_DEVICE, device, [], { ...options, owner: FIELD_OWNERS.storage });
  return undefined;
}
