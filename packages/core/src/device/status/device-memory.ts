import type { Clock, LinkState } from '../../ports/index.ts';
import type { DeviceFault, LinkStatus } from './device-status.ts';

/** Longest message of a fault, in characters. */
export const MAX_FAULT_LENGTH = 1_024;

/** What the parts of a device tell once, and its status shows for as long as it holds. */
export class DeviceMemory {
  readonly #clock: Clock;
  #link: LinkStatus;
  #lastFault: DeviceFault | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#link = { state: 'unknown', sinceMs: clock.monotonicMs() };
  }

  /** How the way to the control plane is. */
  get link(): LinkStatus {
    return this.#link;
  }

  /** The last thing that went wrong. */
  get lastFault(): DeviceFault | undefined {
    return this.#lastFault;
  }

  /** How the link fares: the same state with another cause lasts on. */
  noteLink(link: LinkState): void {
    const sinceMs = link.state === this.#link.state ? this.#link.sinceMs : this.#clock.monotonicMs();
    this.#link = { state: link.state, sinceMs, ...(link.state === 'waiting' ? { cause: link.cause } : {}) };
  }

  /** Something went wrong; the same once more is nothing new. */
  noteFault(fault: string): void {
    const message = fault.slice(0, MAX_FAULT_LENGTH);
    if (message !== this.#lastFault?.message) this.#lastFault = { message, sinceMs: this.#clock.monotonicMs() };
  }
}
