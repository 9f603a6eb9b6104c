import type { Clock } from '../../ports/index.ts';
import type { Announce } from '../activity/index.ts';
import type { UploadLane } from './upload-lane.ts';

/** Time in which the files of a removed workload should be uploaded, in milliseconds; then it is told that they are not. */
export const FINAL_UPLOAD_LIMIT_MS = 60_000;

/** Keeps an eye on the uploads of removed workloads, from the moment when their pods are gone. */
export class FinalUploads {
  readonly #clock: Clock;
  readonly #announce: Announce;
  readonly #sinceMs = new Map<string, number>();
  readonly #told = new Set<string>();

  constructor({ clock, announce }: { readonly clock: Clock; readonly announce: Announce }) {
    this.#clock = clock;
    this.#announce = announce;
  }

  /** Looks at all lanes; tells of those that are late. Answers those that are done. */
  review(lanes: readonly UploadLane[]): readonly UploadLane[] {
    const nowMs = this.#clock.monotonicMs();
    const final = lanes.filter(({ isFinal }) => isFinal);
    const names = new Set(final.map(({ name }) => name));
    for (const name of this.#sinceMs.keys()) if (!names.has(name)) this.#forget(name);
    for (const lane of final) {
      const sinceMs = this.#sinceMs.get(lane.name) ?? nowMs;
      this.#sinceMs.set(lane.name, sinceMs);
      if (!lane.isDone && nowMs - sinceMs >= FINAL_UPLOAD_LIMIT_MS) this.tellIncomplete(lane);
    }
    return final.filter(({ isDone }) => isDone);
  }

  /** Milliseconds until one is late; `undefined` when none can be. */
  get dueInMs(): number | undefined {
    const waiting = [...this.#sinceMs].filter(([name]) => !this.#told.has(name)).map(([, sinceMs]) => sinceMs);
    if (waiting.length === 0) return undefined;
    return Math.max(0, Math.min(...waiting) + FINAL_UPLOAD_LIMIT_MS - this.#clock.monotonicMs());
  }

  /** Tells, once, that files of a removed workload are left. */
  tellIncomplete(lane: UploadLane): void {
    if (this.#told.has(lane.name)) return;
    this.#told.add(lane.name);
    const { pending, problem } = lane.report();
    this.#announce('finalUploadIncomplete', {
      workload: lane.name,
      pendingFiles: pending?.files,
      pendingBytes: pending?.bytes,
      message: problem?.message,
    });
  }

  #forget(name: string): void {
    this.#sinceMs.delete(name);
    this.#told.delete(name);
  }
}
