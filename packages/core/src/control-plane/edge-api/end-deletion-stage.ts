import { errorText, hasCode } from '../../foundation/index.ts';
import type { CallOptions, Logger, ResourceStore } from '../../ports/index.ts';
import { EDGE_DEVICE } from '../../resources/index.ts';
import type { ResourceRef } from '../../resources/index.ts';
import { CONNECTION_FINALIZER, WORKLOAD_FINALIZER } from '../edge-device/index.ts';
import { retryOnConflict } from '../retry-on-conflict.ts';
import { setFinalizers } from '../set-finalizers.ts';

/** A stage of a device's deletion: until it was told to run nothing, and until it was told to disconnect. */
export type DeletionStage = typeof CONNECTION_FINALIZER | typeof WORKLOAD_FINALIZER;

const STAGES = [CONNECTION_FINALIZER, WORKLOAD_FINALIZER];

/**
 * Ends a stage of a deletion: its finalizer goes, however many controllers write to the device at that moment, up to
 * `MAX_CONFLICT_ATTEMPTS`. Devices that ask only once count on it. Never rejects: what fails is logged, and done at the
 * next poll or after the grace period.
 */
export async function endDeletionStage(
  { store, logger }: { readonly store: ResourceStore; readonly logger: Logger },
  ref: ResourceRef,
  stage: DeletionStage,
  options: CallOptions = {},
): Promise<void> {
  try {
    await retryOnConflict(async () => {
      const device = await store.get(EDGE_DEVICE, ref, options);
      const { deletionTimestamp, finalizers = [] } = device?.metadata ?? {};
      if (device === undefined || deletionTimestamp === undefined || !finalizers.includes(stage)) return;
      const left = STAGES.filter((other) => other !== stage && finalizers.includes(other));
      await setFinalizers(store, EDGE_DEVICE, device, left, options);
    });
  } catch (error) {
    if (hasCode(error, 'NOT_FOUND')) return;
    logger.warn('a finalizer could not be removed', { device: ref.name, finalizer: stage, error: errorText(error) });
  }
}
