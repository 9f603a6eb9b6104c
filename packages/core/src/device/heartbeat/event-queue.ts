import { jsonEqual } from '../../foundation/index.ts';
import { MAX_HEARTBEAT_EVENTS } from '../../protocol/index.ts';
import type { DeviceEvent } from '../../protocol/index.ts';

/** Most events that wait for a heartbeat; one place of a heartbeat is kept for saying how many were dropped. */
export const MAX_QUEUED_EVENTS = MAX_HEARTBEAT_EVENTS - 1;

/** Events on their way to the control plane: kept until a heartbeat with them was taken. */
export class EventQueue {
  #events: readonly DeviceEvent[] = [];
  #dropped = 0;

  /** Adds an event. One that waits already is not added again; when there are too many the oldest goes, and is counted. */
  add(event: DeviceEvent): void {
    if (this.#events.some((waiting) => jsonEqual(waiting, event))) return;
    const kept = this.#events.slice(Math.max(0, this.#events.length + 1 - MAX_QUEUED_EVENTS));
    this.#dropped += this.#events.length - kept.length;
    this.#events = [...kept, event];
  }

  /** All that waits, for the next heartbeat; `acknowledge` tells that it has been taken. */
  batch(): EventBatch {
    const [events, dropped] = [this.#events, this.#dropped];
    const told: DeviceEvent = {
      reason: 'EventsDropped',
      message: `${dropped} older events were dropped`,
      type: 'warn',
    };
    return {
      events: dropped === 0 ? events : [told, ...events],
      acknowledge: () => {
        const taken = new Set(events);
        this.#events = this.#events.filter((event) => !taken.has(event));
        this.#dropped = Math.max(0, this.#dropped - dropped);
      },
    };
  }
}

/** Events of one heartbeat. */
export interface EventBatch {
  readonly events: readonly DeviceEvent[];
  /** Forgets them; what has come since stays. */
  acknowledge(): void;
}
