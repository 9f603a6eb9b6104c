import type { WorkerEvent } from '@k4e/core/ports';
import { WIRE_EVENTS } from './wire-messages.ts';
import type { WireEvent } from './wire-messages.ts';

/** The control plane has let the device go. */
export const RECEIVED_DISCONNECT: WireEvent = event(WIRE_EVENTS.receivedDisconnect);

/** Longest cause that travels, in characters. */
const MAX_CAUSE_LENGTH = 500;
/** What the event that means nothing says when it means that the device is not known. Workers of others skip it. */
const DEVICE_UNKNOWN = 'device-unknown';
const UNTOLD_CAUSE = 'the gateway has lost the control plane';

/** An event as it travels. */
export function toWireEvent(told: WorkerEvent): WireEvent {
  switch (told.name) {
    case 'connection-lost':
      return event(WIRE_EVENTS.unexpectedDisconnect, told.cause.slice(0, MAX_CAUSE_LENGTH));
    case 'connection-restored':
      return event(WIRE_EVENTS.connectionRestored);
    case 'device-unknown':
      return event(WIRE_EVENTS.unknown, DEVICE_UNKNOWN);
  }
}

/** The event that came; `disconnect`: the device is let go. `undefined`: one of a later generation, or that means nothing. */
export function fromWireEvent({ name, detail }: WireEvent): WorkerEvent | 'disconnect' | undefined {
  switch (name) {
    case WIRE_EVENTS.receivedDisconnect:
      return 'disconnect';
    case WIRE_EVENTS.unexpectedDisconnect:
      return { name: 'connection-lost', cause: detail === '' ? UNTOLD_CAUSE : detail };
    case WIRE_EVENTS.connectionRestored:
      return { name: 'connection-restored' };
    default:
      return name === WIRE_EVENTS.unknown && detail === DEVICE_UNKNOWN ? { name: 'device-unknown' } : undefined;
  }
}

function event(name: number, detail = ''): WireEvent {
  return { name, detail, metadata: {} };
}
