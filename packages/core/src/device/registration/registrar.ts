import { backoffDelayMs, errorRetry, errorText, sleep } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import type { Clock, DeviceLink, HardwareInventory } from '../../ports/index.ts';
import { REGISTRATION_DIRECTIVE, createMessage } from '../../protocol/index.ts';
import type { RegistrationInfo } from '../../protocol/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import type { Announce } from '../activity/index.ts';
import { createDoorbell } from '../../link/index.ts';

/** Between two tries to register: a fleet whose control plane comes back is registered within half a minute. */
export const REGISTRATION_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 30_000, factor: 2, jitter: 0.5 };
/** A fleet that the control plane has forgotten registers again spread over that many milliseconds. */
export const FORGOTTEN_SPREAD_MS = 2_000;
/** Time allowed for reading the hardware, and for sending it, in milliseconds. */
export const REGISTRATION_LIMIT_MS = 60_000;
/** Longest wait that a control plane can ask for between two tries, in milliseconds: an hour. */
export const MAX_ASKED_WAIT_MS = 3_600_000;
/** Operating system image of a device whose agent was told none (wire: upstream always says that). */
export const UNKNOWN_OS_IMAGE = 'unknown';

/** What a registrar works with. `random` gives numbers in [0, 1), `uuid` message ids. */
export interface RegistrarParts {
  readonly link: DeviceLink;
  readonly clock: Clock;
  readonly random: () => number;
  readonly uuid: () => string;
  readonly inventory: HardwareInventory;
  readonly announce: Announce;
  readonly osImageId: string | undefined;
  /** What the device can take: see `FEATURES`. */
  readonly features: readonly string[];
  /** The control plane knows the device, or no longer does. */
  readonly onChange: () => void;
}

/** Makes the device known to the control plane, and known again whenever it was forgotten. Never gives up. */
export class Registrar {
  readonly #parts: RegistrarParts;
  readonly #bell;
  #isKnown = false;
  #wasKnown = false;

  constructor(parts: RegistrarParts) {
    this.#parts = parts;
    this.#bell = createDoorbell(parts.clock);
  }

  /** Whether the control plane knows this device, as far as it was heard. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** The control plane does not know this device: register it again. */
  noteUnknown(): void {
    if (!this.#isKnown) return;
    this.#isKnown = false;
    this.#parts.onChange();
    this.#bell.ring();
  }

  /** The control plane has shown that it knows this device: no registration is needed. */
  noteKnown(): void {
    if (this.#isKnown) return;
    this.#isKnown = true;
    this.#wasKnown = true;
    this.#parts.onChange();
    this.#bell.ring();
  }

  /** Registers whenever that is needed, until `signal` fires. */
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { clock, random } = this.#parts;
    while (!signal.aborted) {
      if (this.#isKnown) await this.#bell.wait({ signal });
      else {
        const spreadMs = this.#wasKnown ? random() * FORGOTTEN_SPREAD_MS : 0;
        if (spreadMs > 0) await sleep(clock, spreadMs, { signal }).catch(() => undefined);
        await this.#register(signal);
      }
    }
  }

  async #register(signal: AbortSignal): Promise<void> {
    const { clock, random, announce, link } = this.#parts;
    const startedAtMs = clock.monotonicMs();
    const isOver = (): boolean => signal.aborted;
    for (let failures = 1; !isOver() && !this.#isKnown; failures++) {
      try {
        await this.#send(signal);
        announce('registered', { durationMs: clock.monotonicMs() - startedAtMs });
        this.noteKnown();
        link.refresh();
      } catch (error) {
        if (isOver()) return;
        const retry = errorRetry(error);
        const askedMs = typeof retry === 'object' ? Math.min(retry.afterMs, MAX_ASKED_WAIT_MS) : 0;
        const retryInMs = Math.max(askedMs, backoffDelayMs(REGISTRATION_BACKOFF, failures, random));
        announce('registrationFailed', { message: errorText(error), retryInMs });
        await this.#bell.wait({ signal, limitMs: retryInMs });
      }
    }
  }

  async #send(signal: AbortSignal): Promise<void> {
    const { link, clock, uuid, osImageId = UNKNOWN_OS_IMAGE, features } = this.#parts;
    const hardware = await this.#readHardware(signal);
    const content: RegistrationInfo = {
      os_image_id: osImageId,
      ...(hardware === undefined ? {} : { hardware }),
      ...(features.length === 0 ? {} : { features: [...features] }),
    };
    const parts = { type: 'data', directive: REGISTRATION_DIRECTIVE, content } as const;
    const message = createMessage(parts, { nowMs: clock.nowMs(), id: uuid() });
    await withDeadline({ clock, limitMs: REGISTRATION_LIMIT_MS, subject: 'registration', signal }, (inner) =>
      link.send('data', message, { signal: inner }),
    );
  }

  /** A device whose hardware cannot be read registers without. */
  async #readHardware(signal: AbortSignal): Promise<RegistrationInfo['hardware']> {
    const { inventory, clock, announce } = this.#parts;
    try {
      const options = { clock, limitMs: REGISTRATION_LIMIT_MS, subject: 'hardware', signal };
      return await withDeadline(options, (inner) => inventory.collect({ signal: inner }));
    } catch (error) {
      if (!signal.aborted) announce('hardwareUnreadable', { message: errorText(error) });
      return undefined;
    }
  }
}
