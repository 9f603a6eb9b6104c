import { errorText, hasCode } from '../../foundation/index.ts';
import type { CallOptions, Logger, ResourceStore } from '../../ports/index.ts';
import { EDGE_DEVICE } from '../../resources/index.ts';
import type { ResourceRef } from '../../resources/index.ts';
import { CONNECTION_FINALIZER, WORKLOAD_FINALIZER } from '../edge-device/field-owners.ts';
import { setFinalizers } from '../set-finalizers.ts';

/** A stage of a device's deletion: until it was told to run nothing, and until it was told to disconnect. */
export type DeletionStage = typeof CONNECTION_FINALIZER | typeof WORKLOAD_FINALIZER;

/**
 * Ends a stage of a deletion: its finalizer goes. Never rejects: whoever won a race has done it, and what fails is done
 * at the next poll or after the grace period.
 */
export async function endDeletionStage(
  { store, logger }: { readonly store: ResourceStore; readonly logger: Logger },
  ref: ResourceRef,
  stage: DeletionStage,
  options: CallOptions = {},
): Promise<void> {
  try {
    const device = await store.get(EDGE_DEVICE, ref, options);
    const { deletionTimestamp, finalizers = [] } = device?.metadata ?? {};
    if (device === undefined || deletionTimestamp === undefined || !finalizers.includes(stage)) return;
    const stages = [CONNECTION_FINALIZER, WORKLOAD_FINALIZER];
    const left = stages.filter((other) => other !== stage && finalizers.includes(other));
    await setFinalizers(store, EDGE_DEVICE, device, left, options);
  } catch (error) {
    if (hasCode(error, 'CONFLICT') || hasCode(error, 'NOT_FOUND')) return;
    logger.warn('a finalizer could not be removed', { device: ref.name, finalizer: stage, error: errorText(error) });
  }
}
