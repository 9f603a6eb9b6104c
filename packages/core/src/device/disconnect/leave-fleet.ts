import { errorText } from '../../foundation/index.ts';
import { DISCONNECTED_DOCUMENT, readDisconnectMarker, sayFarewell, writeDisconnectMarker } from '../../link/index.ts';
import type { DisconnectMarker } from '../../link/index.ts';
import type { CallOptions, DeviceLink } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import { cleanDevice } from './clean-device.ts';
import type { CleanDeviceParts } from './clean-device.ts';

/** Time allowed for reading or writing the marker, in milliseconds: leaving goes on, whatever the disk does. */
const LEAVING_MARKER_LIMIT_MS = 30_000;

/** What leaving takes. `uuid` gives message ids. */
export interface LeaveFleetParts extends CleanDeviceParts {
  readonly link: DeviceLink;
  readonly uuid: () => string;
}

/**
 * Leaves the fleet, for good: marks the device as disconnected, cleans it, and tells the control plane, which completes
 * the deletion of the device on that word (wire: connection-status with state `offline`; upstream ignores it). Cut off at
 * any moment, the next run goes on where this one stopped, and one that has nothing left to do does nothing.
 * Rejects with `ABORTED` only.
 */
export async function leaveFleet(parts: LeaveFleetParts, { signal }: CallOptions = {}): Promise<void> {
  const { state, announce, clock } = parts;
  const options = signal === undefined ? {} : { signal };
  const limits = { clock, limitMs: LEAVING_MARKER_LIMIT_MS, subject: DISCONNECTED_DOCUMENT, signal };
  const read = withDeadline(limits, (inner) => readDisconnectMarker(state, { signal: inner }));
  const begun = await read.catch(() => undefined);
  const before: DisconnectMarker = begun ?? { isClean: false, isAcknowledged: false };
  const save = (marker: DisconnectMarker): Promise<void> =>
    withDeadline(limits, (inner) => writeDisconnectMarker(state, marker, { signal: inner })).catch((error: unknown) => {
      if (signal?.aborted === true) throw error;
      announce('stateNotSaved', { document: DISCONNECTED_DOCUMENT, message: errorText(error) });
    });
  const onFailure = (error: unknown): void =>
    announce('cleanupFailed', { message: `the control plane could not be told: ${errorText(error)}` });
  if (before.isClean && before.isAcknowledged) return announce('disconnected', {});
  announce('disconnecting', {});
  await save(before);
  const isClean = before.isClean || (await cleanDevice(parts, options));
  await save({ ...before, isClean });
  const isAcknowledged = before.isAcknowledged || (await sayFarewell({ ...parts, onFailure }, options));
  await save({ isClean, isAcknowledged });
  announce('disconnected', {});
}
