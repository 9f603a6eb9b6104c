import * as z from 'zod';
import { backoffDelayMs, errorText, jsonEqual } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import type { CallOptions, Clock, StateStore } from '../../ports/index.ts';
import { MAX_WORKLOADS, readContent } from '../../protocol/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import type { Announce } from '../activity/index.ts';
import type { UploadPath } from './object-key.ts';
import type { UploadTarget } from './upload-target.ts';

/** Name of the state document that says whose files are uploaded. */
export const UPLOADS_DOCUMENT = 'uploads';
/** Most workloads that were removed and whose files are not all uploaded; beyond, those that were removed first are given up. */
export const MAX_LEAVING_WORKLOADS = MAX_WORKLOADS;

/** Between two tries to save it. */
export const ROSTER_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 300_000, factor: 2, jitter: 0.2 };
/** Time allowed for reading or writing it, in milliseconds. */
export const ROSTER_LIMIT_MS = 30_000;

/** A workload, and what of its files is uploaded. */
export interface RosterEntry {
  readonly name: string;
  readonly paths: readonly UploadPath[];
}

const pathSchema = z.object({ source: z.string(), target: z.string(), isDirectory: z.boolean() });
const documentSchema = z.object({
  workloads: z.array(z.object({ name: z.string(), paths: z.array(pathSchema) })).max(2 * MAX_WORKLOADS),
});

/** What a roster works with. `random` gives numbers in [0, 1). */
export interface UploadRosterParts {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly announce: Announce;
}

/**
 * Whose files are uploaded: the workloads of the configuration, and those that were removed from it as long as not all of
 * their files are in the bucket. It is kept on the device, since a configuration says nothing of what it leaves out.
 */
export class UploadRoster {
  readonly #parts: UploadRosterParts;
  #wanted: readonly RosterEntry[] = [];
  /** Those removed last come first. */
  #leaving: readonly RosterEntry[] = [];
  #saved: readonly RosterEntry[] = [];
  #failures = 0;
  #notBeforeMs = 0;

  constructor(parts: UploadRosterParts) {
    this.#parts = parts;
  }

  /** Workloads that were removed. */
  get leaving(): readonly RosterEntry[] {
    return this.#leaving;
  }

  /** Reads what was kept. What cannot be read is announced and taken for absent. */
  async restore({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    try {
      const bytes = await this.#bounded(signal, (options) => this.#parts.state.read(UPLOADS_DOCUMENT, options));
      if (bytes === undefined) return;
      const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
      this.#saved = readContent(documentSchema, parsed, UPLOADS_DOCUMENT).workloads;
      this.#leaving = this.#saved;
    } catch (error) {
      if (signal.aborted) return;
      this.#parts.announce('stateDamaged', { document: UPLOADS_DOCUMENT, message: errorText(error) });
    }
  }

  /** The workloads of the configuration from now on. Answers those that are given up. */
  aim({ workloads, others }: Pick<UploadTarget, 'workloads' | 'others'>): readonly RosterEntry[] {
    const wanted = workloads.map(({ name, paths }) => ({ name, paths }));
    const present = new Set([...wanted.map(({ name }) => name), ...others]);
    const removed = this.#wanted.filter(({ paths }) => paths.length > 0);
    const leaving = [...removed, ...this.#leaving].filter(({ name }) => !present.has(name));
    this.#wanted = wanted;
    this.#leaving = leaving.slice(0, MAX_LEAVING_WORKLOADS);
    return leaving.slice(MAX_LEAVING_WORKLOADS);
  }

  /** All files of a removed workload are in the bucket. */
  noteDone(name: string): void {
    this.#leaving = this.#leaving.filter((entry) => entry.name !== name);
  }

  /** Milliseconds until it should be saved; `undefined` when what is kept is true. */
  get saveDueInMs(): number | undefined {
    if (jsonEqual(this.#entries(), this.#saved)) return undefined;
    return Math.max(0, this.#notBeforeMs - this.#parts.clock.monotonicMs());
  }

  /** Saves it. Never rejects: what failed is announced, and due again later. */
  async save({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { state, clock, random, announce } = this.#parts;
    const workloads = this.#entries();
    try {
      const bytes = new TextEncoder().encode(JSON.stringify({ workloads }));
      await this.#bounded(signal, (options) => state.write(UPLOADS_DOCUMENT, bytes, options));
      this.#saved = workloads;
      this.#failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      this.#failures += 1;
      this.#notBeforeMs = clock.monotonicMs() + backoffDelayMs(ROSTER_BACKOFF, this.#failures, random);
      announce('stateNotSaved', { document: UPLOADS_DOCUMENT, message: errorText(error) });
    }
  }

  #entries(): readonly RosterEntry[] {
    return [...this.#wanted.filter(({ paths }) => paths.length > 0), ...this.#leaving];
  }

  #bounded<T>(signal: AbortSignal, work: (options: CallOptions) => Promise<T>): Promise<T> {
    const options = { clock: this.#parts.clock, limitMs: ROSTER_LIMIT_MS, subject: UPLOADS_DOCUMENT, signal };
    return withDeadline(options, (inner) => work({ signal: inner }));
  }
}
