import { errorText } from '@k4e/core';
import type { CallOptions, Logger, RuntimeRepair, StateStore } from '@k4e/core/ports';
import * as z from 'zod';

/** Name of the state document that says that podman's storage was begun anew. */
export const REBUILT_STORAGE_DOCUMENT = 'podman-rebuilt';
/** Longest reason that is kept, in characters. */
export const MAX_REBUILT_REASON_LENGTH = 512;

const MAX_DIRECTORY_LENGTH = 4_096;

const noteShape = z.object({
  directory: z.string().min(1).max(MAX_DIRECTORY_LENGTH),
  reason: z.string().max(MAX_REBUILT_REASON_LENGTH),
});

/** Podman's storage, and what was wrong with it. */
export type RebuiltStorage = z.infer<typeof noteShape>;

/**
 * Leaves word for the runtime on the same state, which is not yet there, that podman's storage is begun anew: it is among its
 * repairs. Of several notes the last stays. Rejects as the state does.
 */
export async function noteRebuiltStorage(state: StateStore, { directory, reason }: RebuiltStorage): Promise<void> {
  const note = { directory, reason: reason.slice(0, MAX_REBUILT_REASON_LENGTH) };
  await state.write(REBUILT_STORAGE_DOCUMENT, new TextEncoder().encode(JSON.stringify(note)));
}

/**
 * The repair that was noted, which is then forgotten. Never rejects: a note that cannot be read is logged and counts as none,
 * one that cannot be removed is given again by the next process.
 */
export async function takeRebuiltStorage(
  { state, logger }: { readonly state: StateStore; readonly logger: Logger },
  options: CallOptions,
): Promise<RuntimeRepair | undefined> {
  try {
    const bytes = await state.read(REBUILT_STORAGE_DOCUMENT, options);
    if (bytes === undefined) return undefined;
    await state.remove(REBUILT_STORAGE_DOCUMENT).catch((error: unknown) => warn(logger, error));
    const { directory, reason } = noteShape.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return { kind: 'storage', name: directory, reason };
  } catch (error) {
    warn(logger, error);
    return undefined;
  }
}

function warn(logger: Logger, error: unknown): void {
  logger.warn('the note that the storage of podman was begun anew is of no use', { error: errorText(error) });
}
