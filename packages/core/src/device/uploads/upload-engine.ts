import { jsonEqual } from '../../foundation/index.ts';
import type { Clock, ExportFiles, MetricsSink, OpenBucket, StateStore, UploadJournal } from '../../ports/index.ts';
import type { Announce } from '../activity/index.ts';
import { createDoorbell } from '../../link/index.ts';
import { BucketGate } from './bucket-gate.ts';
import { Bucket } from './bucket.ts';
import { createByteRate } from './byte-rate.ts';
import type { DeviceUploads } from './device-uploads.ts';
import { FinalUploads } from './final-uploads.ts';
import type { LaneParts } from './lane-parts.ts';
import { listedPrefixes } from './object-key.ts';
import type { UploadPath } from './object-key.ts';
import { isObjectLost } from './object-owner.ts';
import { createPermits } from './permits.ts';
import { runPruneSchedule } from './prune-schedule.ts';
import { createReadBuffers } from './read-buffers.ts';
import { DEFAULT_UPLOAD_SECONDS } from './read-uploads.ts';
import { createSteadyClock } from './settled-files.ts';
import { TransferSlots } from './transfer-slots.ts';
import { createUploadCounters } from './upload-counters.ts';
import type { UploadCounters } from './upload-counters.ts';
import { UploadLanes } from './upload-lanes.ts';
import type { WantedLane } from './upload-lanes.ts';
import type { UploadReport } from './upload-report.ts';
import { UploadRoster } from './upload-roster.ts';
import { NO_UPLOADS } from './upload-target.ts';
import type { UploadTarget } from './upload-target.ts';
import { watchChanges } from './watch-changes.ts';

/** Most batches of files that are in memory at once, over all workloads. */
export const MAX_OPEN_BATCHES = 16;

/** What an upload engine works with. `random` gives numbers in [0, 1). */
export interface UploadEngineParts {
  readonly exports: ExportFiles;
  readonly journal: UploadJournal;
  readonly openBucket: OpenBucket;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly announce: Announce;
  readonly metrics: MetricsSink;
  /** Whether the pod of a workload is known to be gone. */
  readonly isPodGone: (workload: string) => boolean;
  /** A problem has appeared or gone. */
  readonly onStatusChange: () => void;
}

/**
 * Brings the files of workloads to the bucket of the device, and those of removed workloads too, until all of them are
 * there. Invariants:
 *
 * - Nothing is sent that the journal knows to be in the bucket, and nothing becomes visible there that was being written.
 * - What is in memory is bounded, whatever the number and size of the files.
 * - What fails waits and is tried again; nothing that fails here disturbs a workload.
 */
export class UploadEngine implements DeviceUploads {
  readonly #parts: UploadEngineParts;
  readonly #bell;
  readonly #gate: BucketGate;
  readonly #bucket: Bucket;
  readonly #roster: UploadRoster;
  readonly #lanes: UploadLanes;
  readonly #final: FinalUploads;
  readonly #counters: UploadCounters;
  readonly #claims = new Set<string>();
  #target: UploadTarget | undefined;
  #isRestored = false;
  /** While it runs, what ends it. */
  #signal: AbortSignal | undefined;
  #ending: AbortController | undefined;
  #watched: { readonly names: readonly string[]; readonly controller: AbortController } | undefined;
  /** Workloads of the configuration that have a problem, as was told. */
  readonly #troubled = new Set<string>();

  constructor(parts: UploadEngineParts) {
    const { clock, random, announce } = parts;
    const slots = new TransferSlots();
    const onChange = (): void => this.reconsider();
    this.#parts = parts;
    this.#bell = createDoorbell(clock);
    this.#counters = createUploadCounters(parts.metrics);
    this.#gate = new BucketGate({ clock, random, announce, slots, onChange });
    this.#bucket = new Bucket({ ...parts, gate: this.#gate, prefixes: (how) => this.#prefixes(how), onChange });
    this.#roster = new UploadRoster(parts);
    this.#final = new FinalUploads(parts);
    this.#lanes = new UploadLanes(this.#laneParts(slots));
  }

  /** Replaces what is wanted. */
  aim(target: UploadTarget): void {
    this.#target = target;
    if (this.#isRestored) this.#adopt(target);
    this.#bucket.aim(target.bucket);
    // Not left to the next pass: two targets that follow each other may leave a workload out only in between.
    if (this.#signal?.aborted === false) this.#aimLanes(this.#signal);
    this.#bell.ring();
  }

  /** Whether pods are gone may be otherwise than before. */
  reconsider(): void {
    for (const lane of this.#lanes.all) lane.reconsider();
    this.#bell.ring();
    this.#publish();
  }

  /** How the uploads of each workload of the configuration fare that has paths, by name. */
  reports(): ReadonlyMap<string, UploadReport> {
    const lanes = (this.#target ?? NO_UPLOADS).workloads.flatMap(({ name }) => this.#lanes.get(name) ?? []);
    return new Map(lanes.map((lane) => [lane.name, lane.report()]));
  }

  /** Works until `signal` fires, then resolves when what it was doing has ended. May run again. */
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    if (!this.#isRestored) await this.#roster.restore({ signal });
    this.#isRestored = true;
    if (this.#target !== undefined) this.#adopt(this.#target);
    await Promise.all([
      this.#supervise(signal),
      this.#bucket.run({ signal }),
      runPruneSchedule(
        {
          ...this.#parts,
          bucket: this.#bucket,
          gate: this.#gate,
          claims: this.#claims,
          pathsOf: (workload) => this.#pathsOf(workload),
          uploadCount: () => this.#counters.uploaded,
          isCaughtUp: () => this.#lanes.all.every(({ isCaughtUp }) => isCaughtUp),
        },
        signal,
      ),
    ]);
  }

  /** Also ends, with less than all, when nothing can be uploaded, or `signal` fires. */
  async finish({ signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number }): Promise<boolean> {
    const ending = new AbortController();
    this.#ending = ending;
    this.aim({ ...(this.#target ?? NO_UPLOADS), workloads: [], others: [] });
    this.#gate.reset();
    const cancel = this.#parts.clock.schedule(limitMs, () => ending.abort());
    try {
      await this.run({ signal: AbortSignal.any([signal, ending.signal]) });
    } finally {
      cancel();
    }
    return this.#roster.leaving.length === 0;
  }

  async #supervise(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    while (!signal.aborted) {
      this.#settleFinal();
      this.#aimLanes(signal);
      if (this.#roster.saveDueInMs === 0) await this.#roster.save({ signal });
      this.#endIfOver();
      const times = [this.#roster.saveDueInMs, this.#final.dueInMs].filter((time) => time !== undefined);
      await this.#bell.wait({ signal, limitMs: Math.min(Infinity, ...times) });
    }
    if (this.#ending !== undefined) for (const lane of this.#lanes.all) this.#final.tellIncomplete(lane);
    this.#watched?.controller.abort();
    this.#watched = undefined;
    await this.#lanes.ended();
  }

  #adopt(target: UploadTarget): void {
    for (const { name } of this.#roster.aim(target)) {
      const lane = this.#lanes.get(name);
      if (lane !== undefined) this.#final.tellIncomplete(lane);
    }
    this.#bucket.reconsider();
  }

  #aimLanes(signal: AbortSignal): void {
    if (this.#target === undefined) return;
    this.#lanes.aim(
      [...this.#target.workloads.map((workload) => ({ workload, isLeaving: false })), ...this.#leaving()],
      signal,
    );
    this.#watch(signal);
    this.#publish();
  }

  #leaving(): readonly WantedLane[] {
    return this.#roster.leaving.map(({ name, paths }) => ({
      workload: { name, paths, refusals: [], intervalMs: DEFAULT_UPLOAD_SECONDS * 1_000 },
      isLeaving: true,
    }));
  }

  #settleFinal(): void {
    for (const { name } of this.#final.review(this.#lanes.all)) {
      this.#roster.noteDone(name);
      this.#parts.announce('finalUploadCompleted', { workload: name });
    }
  }

  /** When the device is let go, nobody waits for what will not come. */
  #endIfOver(): void {
    const isOver = this.#lanes.all.length === 0 || !this.#bucket.isKnown;
    if (isOver) this.#ending?.abort();
  }

  #watch(signal: AbortSignal): void {
    const { names } = this.#lanes;
    if (jsonEqual(names, this.#watched?.names ?? [])) return;
    this.#watched?.controller.abort();
    const controller = new AbortController();
    this.#watched = { names, controller };
    const onChange = (name: string): void => this.#lanes.get(name)?.noteChange();
    void watchChanges({ ...this.#parts, onChange }, names, AbortSignal.any([signal, controller.signal]));
  }

  #noteLane(name: string): void {
    if (this.#lanes.get(name)?.isFinal === true) this.#bell.ring();
    if (this.#publishOne(name)) this.#parts.onStatusChange();
  }

  #publish(): void {
    const wanted = new Set((this.#target ?? NO_UPLOADS).workloads.map(({ name }) => name));
    for (const name of this.#troubled) if (!wanted.has(name)) this.#troubled.delete(name);
    const changes = [...wanted].filter((name) => this.#publishOne(name));
    if (changes.length > 0) this.#parts.onStatusChange();
  }

  /** Answers whether a problem has appeared or gone. */
  #publishOne(name: string): boolean {
    const isTroubled = this.#lanes.get(name)?.report().problem !== undefined;
    if (isTroubled === this.#troubled.has(name)) return false;
    if (isTroubled) this.#troubled.add(name);
    else this.#troubled.delete(name);
    return true;
  }

  #prefixes({ isLeavingOnly }: { readonly isLeavingOnly: boolean }): readonly string[] {
    const wanted = isLeavingOnly ? [] : (this.#target ?? NO_UPLOADS).workloads;
    return listedPrefixes([...wanted, ...this.#roster.leaving].flatMap(({ paths }) => paths));
  }

  #pathsOf(workload: string): readonly UploadPath[] {
    return this.#lanes.get(workload)?.workload.paths ?? [];
  }

  #laneParts(slots: TransferSlots): LaneParts {
    const { exports, clock, isPodGone } = this.#parts;
    return {
      ...this.#parts,
      slots,
      bucket: this.#bucket,
      gate: this.#gate,
      rate: createByteRate(clock, () => this.#target?.maxBytesPerSecond),
      buffers: createReadBuffers(),
      batches: createPermits(MAX_OPEN_BATCHES),
      claims: this.#claims,
      steady: createSteadyClock(clock),
      counters: this.#counters,
      isLost: (object, signal) => isObjectLost(object, (name) => this.#pathsOf(name), exports, signal),
      isPodGone: (workload) => this.#ending !== undefined || isPodGone(workload),
      onChange: (workload) => this.#noteLane(workload),
    };
  }
}
