import { canonicalJson } from '../../foundation/index.ts';
import type { EdgeDevice } from '../../resources/index.ts';
import { STORAGE_FINALIZER } from './storage-fields.ts';
import type { StorageView } from './storage-looks.ts';

/** What a device says when its access to the bucket is the matter, and not its disk or its network (wire: `upload.reason`). */
const ACCESS_REASONS = ['STORAGE_CREDENTIALS', 'STORAGE_NO_BUCKET', 'STORAGE_REFUSED'];

/**
 * What a device says of its access in its last heartbeat; empty: nothing. A peer that gives no reason may mean anything:
 * that counts where asking again only reads (`anyReason`).
 */
export function complaintOf({ status }: EdgeDevice, { anyReason }: { readonly anyReason: boolean }): string {
  const complaints = (status?.deployments ?? []).flatMap(({ name, upload }) => {
    const { reason, message } = upload ?? {};
    const counts = reason === undefined ? anyReason && message !== undefined : ACCESS_REASONS.includes(reason);
    return counts ? [`${name}: ${reason ?? ''} ${message ?? ''}`] : [];
  });
  return complaints.join('\n');
}

/** What a look at the bucket of a device depends on, besides what others wrote elsewhere. */
export function viewStorage(device: EdgeDevice, facts: { readonly carriesFiles: boolean }): StorageView {
  const { metadata, spec, status } = device;
  const { uid, deletionTimestamp, finalizers = [] } = metadata;
  const isHeld = finalizers.includes(STORAGE_FINALIZER);
  const deletion = deletionTimestamp === undefined ? [] : [deletionTimestamp, ...[...finalizers].sort()];
  const input = [uid, spec?.storage?.s3, deletion, isHeld, status?.storage, status?.features, facts.carriesFiles];
  return {
    input: canonicalJson(input),
    complaint: complaintOf(device, { anyReason: true }),
  };
}
