import { backoffDelayMs, errorText } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import type { Clock, StateStore } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import type { Announce } from '../activity/index.ts';
import { CONFIGURATION_DOCUMENT, writeConfigurationDocument } from './configuration-document.ts';
import type { ConfigurationDocument } from './configuration-document.ts';

/** Time allowed for reading or writing the document, in milliseconds. */
export const STATE_LIMIT_MS = 30_000;
/** Between two tries to save a configuration. */
export const SAVE_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 300_000, factor: 2, jitter: 0.2 };

/** What a saver works with. `random` gives numbers in [0, 1). */
export interface ConfigurationSaverParts {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly announce: Announce;
}

/** Saves the configuration, and remembers what could not be saved. */
export class ConfigurationSaver {
  readonly #parts: ConfigurationSaverParts;
  #unsaved: ConfigurationDocument | undefined;
  #failures = 0;
  #notBeforeMs = 0;
  #trouble: string | undefined;

  constructor(parts: ConfigurationSaverParts) {
    this.#parts = parts;
  }

  /** Why the newest configuration is not saved, in words. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Milliseconds until the next try is due; `undefined` when all is saved. */
  get dueInMs(): number | undefined {
    if (this.#unsaved === undefined) return undefined;
    return Math.max(0, this.#notBeforeMs - this.#parts.clock.monotonicMs());
  }

  /** Saves a document in place of whatever was to be saved before. Never rejects; see `trouble`. */
  async save(document: ConfigurationDocument, signal: AbortSignal): Promise<void> {
    this.#unsaved = document;
    this.#failures = 0;
    await this.retry(signal);
  }

  /** Tries again what could not be saved. Never rejects; see `trouble`. */
  async retry(signal: AbortSignal): Promise<void> {
    const { state, clock, random, announce } = this.#parts;
    if (this.#unsaved === undefined) return;
    try {
      const bytes = writeConfigurationDocument(this.#unsaved);
      const options = { clock, limitMs: STATE_LIMIT_MS, subject: CONFIGURATION_DOCUMENT, signal };
      await withDeadline(options, (inner) => state.write(CONFIGURATION_DOCUMENT, bytes, { signal: inner }));
      this.#unsaved = undefined;
      this.#trouble = undefined;
    } catch (error) {
      if (signal.aborted) return;
      const message = errorText(error);
      this.#failures += 1;
      this.#notBeforeMs = clock.monotonicMs() + backoffDelayMs(SAVE_BACKOFF, this.#failures, random);
      this.#trouble = `the configuration could not be saved: ${message}`;
      announce('stateNotSaved', { document: CONFIGURATION_DOCUMENT, message });
    }
  }
}
