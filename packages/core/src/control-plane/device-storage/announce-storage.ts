import type { EventRecorder } from '../../reconcile/index.ts';
import type { EdgeDevice } from '../../resources/index.ts';
import { storageCondition } from './storage-fields.ts';
import type { StorageFields } from './storage-fields.ts';

/** What passes by itself, and is worth a condition but no event. */
const QUIET_REASONS = ['BucketPending'];

/** Tells, as Kubernetes events on the device, what a look changed: a bucket that has come, and what is wrong with one. */
export function announceStorage(events: EventRecorder, device: EdgeDevice, { conditions }: StorageFields): void {
  const before = storageCondition(device.status);
  const [after] = conditions ?? [];
  if (after === undefined || (before?.reason === after.reason && before.message === after.message)) return;
  const { status, reason, message } = after;
  if (reason === 'BucketReady') {
    const isNews = before?.status !== 'True' || before.message !== message;
    if (isNews) events.record({ about: device, type: 'Normal', reason, message });
  } else if (status !== 'True' || before?.reason !== reason) {
    if (!QUIET_REASONS.includes(reason)) events.record({ about: device, type: 'Warning', reason, message });
  }
}
