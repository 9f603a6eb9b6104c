import { K4eError, errorText } from '../foundation/index.ts';
import { DISCONNECTED_DOCUMENT, createPausableLink, readDisconnectMarker } from '../link/index.ts';
import type { PausableLink } from '../link/index.ts';
import type { LinkState } from '../ports/index.ts';
import { FEATURES } from '../protocol/index.ts';
import { withDeadline } from '../reconcile/index.ts';
import { createAnnouncer } from './activity/index.ts';
import type { Announce } from './activity/index.ts';
import { receiveMessages } from './commands/index.ts';
import { ConfigurationKeeper, DEFAULT_SETTINGS } from './configuration/index.ts';
import type { ReadConfiguration } from './configuration/index.ts';
import type { DeviceOutcome, DeviceParts } from './device.ts';
import { leaveFleet, sayLastWords } from './disconnect/index.ts';
import type { CleanUploads } from './disconnect/index.ts';
import { EventQueue, HeartbeatLoop } from './heartbeat/index.ts';
import { Registrar } from './registration/index.ts';
import { DeviceMemory, listTroubles, listWorkloads } from './status/index.ts';
import type { DeviceStatus } from './status/index.ts';
import { UploadEngine, createMissingUploads } from './uploads/index.ts';
import type { DeviceUploads } from './uploads/index.ts';
import { WorkloadEngine } from './workloads/index.ts';

/** Time allowed for reading whether the device was disconnected, in milliseconds. */
const MARKER_LIMIT_MS = 30_000;
/**
 * Time for uploading what is left when the device is let go, in milliseconds. The control plane waits for two minutes, in
 * which pods have to end too.
 */
export const DISCONNECT_UPLOAD_LIMIT_MS = 45_000;
/** What a device that uploads can take and does, and one that does not. */
const UPLOAD_FEATURES: readonly string[] = Object.values(FEATURES);
const BASIC_FEATURES: readonly string[] = [FEATURES.confirmsDisconnect];

/** A device at work: the parts, what each tells the others, and the order in which they begin and end. */
export class DeviceRunner {
  readonly keeper: ConfigurationKeeper;
  readonly engine: WorkloadEngine;
  readonly #parts: DeviceParts;
  readonly #announce: Announce;
  readonly #link: PausableLink;
  readonly #registrar: Registrar;
  readonly #heartbeats: HeartbeatLoop;
  readonly #uploads: DeviceUploads;
  readonly #events = new EventQueue();
  readonly #memory: DeviceMemory;
  readonly #features: readonly string[];
  readonly #stop = new AbortController();
  #hasBegun = false;
  #isToLeave = false;

  constructor(parts: DeviceParts) {
    const { clock, logger, metrics, onActivity } = parts;
    this.#parts = parts;
    this.#features = parts.uploads === undefined ? BASIC_FEATURES : UPLOAD_FEATURES;
    const onEvent = this.#events.add.bind(this.#events);
    this.#memory = new DeviceMemory(clock);
    const onFault = (fault: string): void => this.#noteFault(fault);
    this.#announce = createAnnouncer({ clock, logger, metrics, onEvent, onFault, onActivity });
    this.#link = createPausableLink(parts.link, clock);
    this.keeper = this.#createKeeper();
    this.engine = this.#createEngine();
    this.#uploads = this.#createUploads();
    this.#registrar = this.#createRegistrar();
    this.#heartbeats = this.#createHeartbeats();
  }

  status(): DeviceStatus {
    const { runtimeTrouble: runtime, firewallTrouble: firewall } = this.engine;
    const { current, appliedVersion, trouble: configuration } = this.keeper;
    return {
      link: this.#memory.link,
      appliedVersion,
      workloads: listWorkloads(this.engine.reports(), current?.workloads ?? []),
      troubles: listTroubles({ configuration, runtime, firewall, uploads: this.#uploads.reports() }),
      lastFault: this.#memory.lastFault,
    };
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<DeviceOutcome> {
    if (this.#hasBegun) throw new K4eError('INTERNAL', { message: 'a device runs once', retry: 'never' });
    this.#hasBegun = true;
    try {
      return await this.#live(signal);
    } finally {
      await this.#parts.uploads?.journal.close();
    }
  }

  async #live(signal: AbortSignal): Promise<DeviceOutcome> {
    const wasDisconnected = await this.#wasDisconnected(signal);
    const working = AbortSignal.any([signal, this.#stop.signal]);
    await this.keeper.restore({ signal: working });
    if (wasDisconnected) return this.#leave(signal);
    if (this.keeper.current !== undefined) this.#registrar.noteKnown();
    await this.#work(working);
    return this.#isToLeave ? this.#leave(signal) : 'stopped';
  }

  /** Runs all parts until they are told to stop; one that fails stops the others. */
  async #work(signal: AbortSignal): Promise<void> {
    const failures: unknown[] = [];
    const parts = [
      this.engine.run({ signal }),
      this.keeper.run({ signal }),
      this.#receive(signal),
      this.#registrar.run({ signal }),
      this.#heartbeats.run({ signal }),
      this.#uploads.run({ signal }),
    ].map((part) =>
      part.catch((error: unknown) => {
        failures.push(error);
        this.#stop.abort();
      }),
    );
    await Promise.all(parts);
    if (failures.length > 0) throw failures[0];
  }

  async #leave(signal: AbortSignal): Promise<DeviceOutcome> {
    try {
      await leaveFleet({ ...this.#parts, uploads: this.#cleanUploads(), announce: this.#announce }, { signal });
      return 'disconnected';
    } catch (error) {
      if (signal.aborted) return 'stopped';
      throw error;
    }
  }

  /** The control plane hears of files that are lost while it still knows the device. */
  #cleanUploads(): CleanUploads | undefined {
    const { uploads } = this.#parts;
    if (uploads === undefined) return undefined;
    return {
      journal: uploads.journal,
      finish: async (options) => {
        const signal = options.signal ?? this.#stop.signal;
        const isAll = await this.#uploads.finish({ signal, limitMs: DISCONNECT_UPLOAD_LIMIT_MS });
        const version = this.keeper.appliedVersion;
        if (!isAll)
          await sayLastWords({ ...this.#parts, version, features: this.#features, events: this.#events }, { signal });
      },
    };
  }

  async #wasDisconnected(signal: AbortSignal): Promise<boolean> {
    const { clock, state } = this.#parts;
    try {
      const options = { clock, limitMs: MARKER_LIMIT_MS, subject: DISCONNECTED_DOCUMENT, signal };
      const marker = await withDeadline(options, (inner) => readDisconnectMarker(state, { signal: inner }));
      return marker !== undefined;
    } catch (error) {
      if (!signal.aborted)
        this.#announce('stateDamaged', { document: DISCONNECTED_DOCUMENT, message: errorText(error) });
      return false;
    }
  }

  #receive(signal: AbortSignal): Promise<void> {
    const { clock, uuid } = this.#parts;
    return receiveMessages(
      {
        link: this.#link,
        nowMs: () => clock.nowMs(),
        uuid,
        announce: this.#announce,
        onConfiguration: (content) => {
          this.#registrar.noteKnown();
          this.keeper.offer(content);
        },
        onDisconnect: () => {
          this.#isToLeave = true;
          this.#stop.abort();
        },
        onState: (state) => this.#noteLinkState(state),
      },
      signal,
    );
  }

  /** Something of what the status says may be otherwise; what the control plane hears of is heard soon. */
  #noteChange(): void {
    this.#heartbeats.hurry();
    this.#parts.onStatusChange?.();
  }

  #noteFault(fault: string): void {
    this.#memory.noteFault(fault);
    this.#parts.onStatusChange?.();
  }

  #noteLinkState(state: LinkState): void {
    this.#memory.noteLink(state);
    this.#parts.onStatusChange?.();
    switch (state.state) {
      case 'connected':
        this.#announce('linkConnected', {});
        return this.#heartbeats.noteConnected();
      case 'waiting':
        return this.#announce('linkWaiting', { message: state.cause, retryInMs: state.retryInMs });
      case 'unknown-device':
        return this.#registrar.noteUnknown();
    }
  }

  #createKeeper(): ConfigurationKeeper {
    const { deviceId, volumes, state, clock, random } = this.#parts;
    return new ConfigurationKeeper({
      state,
      clock,
      random,
      announce: this.#announce,
      place: { deviceId, exportPathOf: (workload) => volumes.pathOf(workload) },
      onAccepted: (configuration, generation) => this.#putInForce(configuration, generation),
      onStatusChange: () => this.#noteChange(),
    });
  }

  #putInForce({ workloads, settings, uploads }: ReadConfiguration, generation: number): void {
    this.#uploads.aim(uploads);
    this.engine.aim({ workloads, generation, monitoringIntervalMs: settings.monitoringIntervalMs });
    this.#heartbeats.reconsider();
    this.#parts.onStatusChange?.();
    this.#parts.onSettings?.(settings);
  }

  #createEngine(): WorkloadEngine {
    const { runtime, firewall, volumes, clock, random } = this.#parts;
    return new WorkloadEngine({
      runtime,
      firewall,
      volumes,
      clock,
      random,
      announce: this.#announce,
      onStatusChange: () => {
        this.#noteChange();
        this.#uploads.reconsider();
      },
      onInForce: (generation) => this.keeper.noteInForce(generation),
    });
  }

  #createUploads(): DeviceUploads {
    const { uploads, state, clock, random, metrics } = this.#parts;
    if (uploads === undefined) return createMissingUploads();
    return new UploadEngine({
      ...uploads,
      state,
      clock,
      random,
      metrics,
      announce: this.#announce,
      isPodGone: (workload) => this.engine.isPodGone(workload),
      onStatusChange: () => this.#noteChange(),
    });
  }

  #createRegistrar(): Registrar {
    const { clock, random, uuid, inventory, osImageId } = this.#parts;
    return new Registrar({
      link: this.#link,
      clock,
      random,
      uuid,
      inventory,
      announce: this.#announce,
      osImageId,
      features: this.#features,
      onChange: () => this.#heartbeats.reconsider(),
    });
  }

  #createHeartbeats(): HeartbeatLoop {
    const { clock, random, uuid, inventory } = this.#parts;
    return new HeartbeatLoop({
      link: this.#link,
      clock,
      random,
      uuid,
      inventory,
      events: this.#events,
      announce: this.#announce,
      settings: () => this.keeper.current?.settings ?? DEFAULT_SETTINGS,
      condition: () => ({
        version: this.keeper.appliedVersion,
        workloads: this.engine.reports(),
        uploads: this.#uploads.reports(),
        features: this.#features,
        isTroubled: this.keeper.trouble !== undefined || this.engine.trouble !== undefined,
      }),
      isKnown: () => this.#registrar.isKnown,
      onUnknownDevice: () => this.#registrar.noteUnknown(),
    });
  }
}
