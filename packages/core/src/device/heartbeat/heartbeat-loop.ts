import { errorText, hasCode } from '../../foundation/index.ts';
import type { Clock, DeviceLink, HardwareInventory } from '../../ports/index.ts';
import { HEARTBEAT_DIRECTIVE, createMessage } from '../../protocol/index.ts';
import type { HardwareInfo } from '../../protocol/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import type { Announce } from '../activity/index.ts';
import type { DeviceSettings } from '../configuration/index.ts';
import { createDoorbell } from '../../link/index.ts';
import { assembleHeartbeat } from './assemble-heartbeat.ts';
import type { HeartbeatFacts } from './assemble-heartbeat.ts';
import type { EventQueue } from './event-queue.ts';
import { hardwareToSend } from './hardware-to-send.ts';
import { heartbeatRetryMs, nextHeartbeatAtMs } from './heartbeat-timing.ts';

/** Time allowed for sending a heartbeat, and for reading the hardware, in milliseconds. */
export const HEARTBEAT_LIMIT_MS = 60_000;
/** A control plane that is back hears from its devices spread over that many milliseconds. */
export const RETURN_SPREAD_MS = 2_000;

/** What a heartbeat says of the moment it is made at; the rest is the loop's. */
export type DeviceCondition = Pick<HeartbeatFacts, 'version' | 'workloads' | 'uploads' | 'features' | 'isTroubled'>;

/** What a heartbeat loop works with. `random` gives numbers in [0, 1), `uuid` message ids. */
export interface HeartbeatLoopParts {
  readonly link: DeviceLink;
  readonly clock: Clock;
  readonly random: () => number;
  readonly uuid: () => string;
  readonly inventory: HardwareInventory;
  readonly events: EventQueue;
  readonly announce: Announce;
  readonly settings: () => DeviceSettings;
  readonly condition: () => DeviceCondition;
  /** Whether the control plane knows this device; while not, there is nobody to send to. */
  readonly isKnown: () => boolean;
  readonly onUnknownDevice: () => void;
}

/** Signs of life: one each period, and one soon after something changed. One at a time, each of the moment it is sent. */
export class HeartbeatLoop {
  readonly #parts: HeartbeatLoopParts;
  readonly #bell;
  #lastAtMs: number | undefined;
  #retryAtMs: number | undefined;
  #hurriedAtMs: number | undefined;
  #failures = 0;
  #acknowledgedHardware: HardwareInfo | undefined;

  constructor(parts: HeartbeatLoopParts) {
    this.#parts = parts;
    this.#bell = createDoorbell(parts.clock);
  }

  /** Something has changed that the control plane should hear of soon. */
  hurry(): void {
    this.#hurriedAtMs ??= this.#parts.clock.monotonicMs();
    this.#bell.ring();
  }

  /** Settings, or whether the device is known, may be others: looks again when the next heartbeat is due. */
  reconsider(): void {
    this.#bell.ring();
  }

  /** The control plane answers again: what failed is tried soon. */
  noteConnected(): void {
    if (this.#retryAtMs === undefined) return;
    const { clock, random } = this.#parts;
    this.#retryAtMs = Math.min(this.#retryAtMs, clock.monotonicMs() + random() * RETURN_SPREAD_MS);
    this.#bell.ring();
  }

  /** Sends heartbeats until `signal` fires. */
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { clock, isKnown } = this.#parts;
    while (!signal.aborted) {
      const waitMs = isKnown() ? this.#dueAtMs() - clock.monotonicMs() : undefined;
      if (waitMs !== undefined && waitMs <= 0) await this.#beat(signal);
      else await this.#bell.wait({ signal, limitMs: waitMs });
    }
  }

  #dueAtMs(): number {
    return nextHeartbeatAtMs({
      periodMs: this.#parts.settings().heartbeatPeriodMs,
      lastAtMs: this.#lastAtMs,
      retryAtMs: this.#retryAtMs,
      hurriedAtMs: this.#hurriedAtMs,
    });
  }

  async #beat(signal: AbortSignal): Promise<void> {
    const { clock, announce, events, condition } = this.#parts;
    const startedAtMs = clock.monotonicMs();
    const isRegular =
      this.#hurriedAtMs === undefined || startedAtMs >= (this.#lastAtMs ?? -Infinity) + this.#periodMs();
    this.#lastAtMs = startedAtMs;
    const hardware = await this.#readHardware(isRegular, signal);
    this.#hurriedAtMs = undefined;
    const batch = events.batch();
    const facts = { ...condition(), ...this.#now(), events: batch.events, hardware: this.#part(hardware) };
    const { heartbeat, hasEvents, hasHardware } = assembleHeartbeat(facts);
    try {
      await this.#send(heartbeat, signal);
    } catch (error) {
      if (!signal.aborted) this.#noteFailure(error);
      return;
    }
    this.#failures = 0;
    this.#retryAtMs = undefined;
    if (hasEvents) batch.acknowledge();
    if (hasHardware) this.#acknowledgedHardware = hardware;
    announce('heartbeatSent', {
      version: heartbeat.version ?? undefined,
      durationMs: clock.monotonicMs() - startedAtMs,
    });
  }

  #periodMs(): number {
    return this.#parts.settings().heartbeatPeriodMs;
  }

  #now(): Pick<HeartbeatFacts, 'nowMs' | 'monotonicMs'> {
    return { nowMs: this.#parts.clock.nowMs(), monotonicMs: this.#parts.clock.monotonicMs() };
  }

  async #send(content: unknown, signal: AbortSignal): Promise<void> {
    const { link, clock, uuid } = this.#parts;
    const parts = { type: 'data', directive: HEARTBEAT_DIRECTIVE, content } as const;
    const message = createMessage(parts, { nowMs: clock.nowMs(), id: uuid() });
    await withDeadline({ clock, limitMs: HEARTBEAT_LIMIT_MS, subject: 'heartbeat', signal }, (inner) =>
      link.send('data', message, { signal: inner }),
    );
  }

  #noteFailure(error: unknown): void {
    const { clock, random, announce, onUnknownDevice } = this.#parts;
    if (hasCode(error, 'LINK_UNKNOWN_DEVICE')) {
      this.#acknowledgedHardware = undefined;
      this.#lastAtMs = undefined;
      return onUnknownDevice();
    }
    this.#failures += 1;
    const retryInMs = heartbeatRetryMs(error, { periodMs: this.#periodMs(), failures: this.#failures, random });
    this.#retryAtMs = clock.monotonicMs() + retryInMs;
    announce('heartbeatFailed', { message: errorText(error), retryInMs });
  }

  /** The hardware, when this heartbeat should carry some: the regular ones, and all until one was acknowledged. */
  async #readHardware(isRegular: boolean, signal: AbortSignal): Promise<HardwareInfo | undefined> {
    const { inventory, clock, announce, settings } = this.#parts;
    const isAsked = settings().hardware !== 'none';
    if (!isAsked) this.#acknowledgedHardware = undefined;
    if (!isAsked || (!isRegular && this.#acknowledgedHardware !== undefined)) return undefined;
    try {
      const options = { clock, limitMs: HEARTBEAT_LIMIT_MS, subject: 'hardware', signal };
      return await withDeadline(options, (inner) => inventory.collect({ signal: inner }));
    } catch (error) {
      if (!signal.aborted) announce('hardwareUnreadable', { message: errorText(error) });
      return undefined;
    }
  }

  #part(hardware: HardwareInfo | undefined): HardwareInfo | undefined {
    const scope = this.#parts.settings().hardware;
    return hardware === undefined || scope === 'none'
      ? undefined
      : hardwareToSend(hardware, this.#acknowledgedHardware, scope);
  }
}
