import { jsonEqual } from '../../foundation/index.ts';
import type { LaneParts } from './lane-parts.ts';
import { UploadLane } from './upload-lane.ts';
import type { UploadWorkload } from './upload-target.ts';

/** A lane that is wanted. */
export interface WantedLane {
  readonly workload: UploadWorkload;
  /** Whether the workload was removed. */
  readonly isLeaving: boolean;
}

interface RunningLane {
  readonly lane: UploadLane;
  readonly controller: AbortController;
  readonly done: Promise<void>;
  wanted: WantedLane;
}

/** The lanes that run, one for each workload. */
export class UploadLanes {
  readonly #parts: LaneParts;
  readonly #running = new Map<string, RunningLane>();
  readonly #ending = new Set<Promise<void>>();

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  /** Names of all, sorted. */
  get names(): readonly string[] {
    return [...this.#running.keys()].sort();
  }

  get all(): readonly UploadLane[] {
    return [...this.#running.values()].map(({ lane }) => lane);
  }

  get(name: string): UploadLane | undefined {
    return this.#running.get(name)?.lane;
  }

  /** Begins, changes and ends lanes, so that they are those that are wanted. They run until `signal` fires. */
  aim(wanted: readonly WantedLane[], signal: AbortSignal): void {
    const names = new Set(wanted.map(({ workload }) => workload.name));
    for (const name of this.#running.keys()) if (!names.has(name)) this.#end(name);
    for (const lane of wanted) this.#aimOne(lane, signal);
  }

  /** Resolves when all have ended, after the signal that they run by has fired. */
  async ended(): Promise<void> {
    for (const name of this.names) this.#end(name);
    await Promise.all(this.#ending);
  }

  #aimOne(wanted: WantedLane, signal: AbortSignal): void {
    const running = this.#running.get(wanted.workload.name);
    if (running === undefined) return this.#begin(wanted, signal);
    if (jsonEqual(running.wanted, wanted)) return;
    running.wanted = wanted;
    running.lane.aim(wanted.workload, wanted);
  }

  #begin(wanted: WantedLane, signal: AbortSignal): void {
    const lane = new UploadLane(this.#parts, wanted.workload);
    const controller = new AbortController();
    lane.aim(wanted.workload, wanted);
    const done = lane.run({ signal: AbortSignal.any([signal, controller.signal]) });
    this.#running.set(lane.name, { lane, controller, done, wanted });
  }

  #end(name: string): void {
    const running = this.#running.get(name);
    if (running === undefined) return;
    running.controller.abort();
    this.#running.delete(name);
    const ending = running.done.finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}
