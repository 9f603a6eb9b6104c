import * as z from 'zod';
import { hasCode } from '../../foundation/index.ts';
import type { CallOptions, StateStore } from '../../ports/index.ts';
import { readContent } from '../../protocol/index.ts';

/** Name of the state document that says that the control plane has let this device go. */
export const DISCONNECTED_DOCUMENT = 'disconnected';

/** How far leaving has come. */
export interface DisconnectMarker {
  /** Everything of ours is gone from the device. */
  readonly isClean: boolean;
  /** The control plane has heard of it. */
  readonly isAcknowledged: boolean;
}

const markerSchema = z.object({ isClean: z.boolean(), isAcknowledged: z.boolean() });
const JUST_BEGUN: DisconnectMarker = { isClean: false, isAcknowledged: false };

/**
 * Reads the marker; `undefined`: the device was not let go. A damaged one was written by nobody but a device that was: it
 * counts as just begun. Rejects as `StateStore.read` does otherwise.
 */
export async function readDisconnectMarker(
  state: StateStore,
  options: CallOptions = {},
): Promise<DisconnectMarker | undefined> {
  try {
    const bytes = await state.read(DISCONNECTED_DOCUMENT, options);
    return bytes === undefined ? undefined : parseMarker(bytes);
  } catch (error) {
    if (hasCode(error, 'STATE_CORRUPT')) return JUST_BEGUN;
    throw error;
  }
}

function parseMarker(bytes: Uint8Array): DisconnectMarker {
  try {
    return readContent(markerSchema, JSON.parse(new TextDecoder().decode(bytes)), DISCONNECTED_DOCUMENT);
  } catch {
    return JUST_BEGUN;
  }
}

/** Writes the marker; durable when it resolves. */
export async function writeDisconnectMarker(
  state: StateStore,
  marker: DisconnectMarker,
  options: CallOptions = {},
): Promise<void> {
  await state.write(DISCONNECTED_DOCUMENT, new TextEncoder().encode(JSON.stringify(marker)), options);
}

/**
 * Commissions a device that was disconnected again: the next run registers it. For a command of the device's owner; must
 * not be called while the device runs.
 */
export async function recommissionDevice(state: StateStore, options: CallOptions = {}): Promise<void> {
  await state.remove(DISCONNECTED_DOCUMENT, options);
}
