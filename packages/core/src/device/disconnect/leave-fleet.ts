import { backoffDelayMs, errorCode, errorText, sleep } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import type { CallOptions, DeviceLink } from '../../ports/index.ts';
import { createMessage } from '../../protocol/index.ts';
import type { ConnectionStatus } from '../../protocol/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import { cleanDevice } from './clean-device.ts';
import type { CleanDeviceParts } from './clean-device.ts';
import { readDisconnectMarker, writeDisconnectMarker } from './disconnect-marker.ts';
import type { DisconnectMarker } from './disconnect-marker.ts';

/** Most tries to tell the control plane that everything is gone. */
export const MAX_FAREWELLS = 5;
/** Between two of them. */
export const FAREWELL_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 30_000, factor: 2, jitter: 0.5 };
/** Time allowed for one, in milliseconds. */
export const FAREWELL_LIMIT_MS = 60_000;

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
  const { state, announce } = parts;
  const options = signal === undefined ? {} : { signal };
  const begun = await readDisconnectMarker(state, options).catch(() => undefined);
  const before: DisconnectMarker = begun ?? { isClean: false, isAcknowledged: false };
  const save = (marker: DisconnectMarker): Promise<void> =>
    writeDisconnectMarker(state, marker, options).catch((error: unknown) => {
      if (signal?.aborted === true) throw error;
      announce('stateNotSaved', { document: 'disconnected', message: errorText(error) });
    });
  if (before.isClean && before.isAcknowledged) return announce('disconnected', {});
  announce('disconnecting', {});
  await save(before);
  const isClean = before.isClean || (await cleanDevice(parts, options));
  await save({ ...before, isClean });
  const isAcknowledged = before.isAcknowledged || (await sayFarewell(parts, options));
  await save({ isClean, isAcknowledged });
  announce('disconnected', {});
}

async function sayFarewell(parts: LeaveFleetParts, options: CallOptions): Promise<boolean> {
  const { link, clock, random, uuid, announce } = parts;
  const content: ConnectionStatus = { canonical_facts: {}, dispatchers: {}, state: 'offline', tags: {} };
  for (let tries = 1; tries <= MAX_FAREWELLS; tries++) {
    try {
      const stamp = { nowMs: clock.nowMs(), id: uuid() };
      const limits = { clock, limitMs: FAREWELL_LIMIT_MS, subject: 'farewell', ...options };
      await withDeadline(limits, (signal) =>
        link.send('control', createMessage({ type: 'connection-status', content }, stamp), { signal }),
      );
      return true;
    } catch (error) {
      if (options.signal?.aborted === true) throw error;
      if (isFinal(error)) return true;
      announce('cleanupFailed', { message: `the control plane could not be told: ${errorText(error)}` });
    }
    await sleep(clock, backoffDelayMs(FAREWELL_BACKOFF, tries, random), options);
  }
  return false;
}

/** A control plane that has forgotten the device already, or does not want to hear, needs no telling. */
function isFinal(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'LINK_UNKNOWN_DEVICE' || code === 'LINK_REFUSED';
}
