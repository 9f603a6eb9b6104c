import { errorText } from '../../foundation/index.ts';
import type { Clock, StateStore } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import type { Announce } from '../activity/index.ts';
import { createDoorbell } from '../../link/index.ts';
import { CONFIGURATION_DOCUMENT, readConfigurationDocument } from './configuration-document.ts';
import type { ConfigurationDocument } from './configuration-document.ts';
import { ConfigurationSaver, STATE_LIMIT_MS } from './configuration-saver.ts';
import { checkConfiguration, readConfiguration } from './read-configuration.ts';
import type { CheckedConfiguration, ConfigurationPlace, ReadConfiguration } from './read-configuration.ts';

/** What a keeper works with. `random` gives numbers in [0, 1). */
export interface ConfigurationKeeperParts {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly announce: Announce;
  readonly place: ConfigurationPlace;
  /** Another configuration is to be put in force. `generation` grows with each. */
  readonly onAccepted: (configuration: ReadConfiguration, generation: number) => void;
  /** `appliedVersion` or `trouble` is no longer what it was because something else is wanted of the device. */
  readonly onStatusChange: () => void;
}

/**
 * The configuration of the device: reads what the control plane sends, keeps the last good one and saves it. What cannot
 * be saved is put in force all the same, and saving is tried again; it does not count as applied until it is saved.
 */
export class ConfigurationKeeper {
  readonly #parts: ConfigurationKeeperParts;
  readonly #bell;
  readonly #saver: ConfigurationSaver;
  #current: ReadConfiguration | undefined;
  #generation = 0;
  #generationInForce = 0;
  #generationApplied = 0;
  #offered: { readonly content: unknown } | undefined;
  #appliedVersion: string | undefined;
  #refusal: string | undefined;

  constructor(parts: ConfigurationKeeperParts) {
    this.#parts = parts;
    this.#bell = createDoorbell(parts.clock);
    this.#saver = new ConfigurationSaver(parts);
  }

  /** The configuration to be in force; `undefined` before the first. */
  get current(): ReadConfiguration | undefined {
    return this.#current;
  }

  /** Version of the configuration that is in force and saved. */
  get appliedVersion(): string | undefined {
    return this.#appliedVersion;
  }

  /** Why the newest configuration is not the one in force, or not saved, in words. */
  get trouble(): string | undefined {
    return this.#refusal ?? this.#saver.trouble;
  }

  /** Reads the saved configuration. What cannot be read is announced and taken for absent. */
  async restore({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { state, clock, announce, place } = this.#parts;
    try {
      const options = { clock, limitMs: STATE_LIMIT_MS, subject: CONFIGURATION_DOCUMENT, signal };
      const bytes = await withDeadline(options, (inner) => state.read(CONFIGURATION_DOCUMENT, { signal: inner }));
      if (bytes === undefined) return;
      const { content, lastGood } = readConfigurationDocument(bytes);
      const good = new Map(lastGood.map((workload) => [workload.name, workload]));
      const configuration = readConfiguration(checkConfiguration(content, place.deviceId), place, good);
      announce('configurationRestored', versionAndSize(configuration));
      this.#accept(configuration);
    } catch (error) {
      if (signal.aborted) return;
      announce('stateDamaged', { document: CONFIGURATION_DOCUMENT, message: errorText(error) });
    }
  }

  /** Takes the content of a configuration message. The newest that was not looked at yet wins. */
  offer(content: unknown): void {
    this.#offered = { content };
    this.#bell.ring();
  }

  /** Takes down that the configuration of that generation is in force. */
  noteInForce(generation: number): void {
    if (generation <= this.#generationInForce) return;
    this.#generationInForce = generation;
    this.#noteApplied();
  }

  /** Reads and saves what is offered, until `signal` fires. */
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    while (!signal.aborted) {
      const offered = this.#takeOffer();
      if (offered !== undefined) await this.#receive(offered.content, signal);
      else if (this.#saver.dueInMs === 0) await this.#retrySave(signal);
      else await this.#bell.wait({ signal, limitMs: this.#saver.dueInMs });
    }
  }

  #takeOffer(): { readonly content: unknown } | undefined {
    const offered = this.#offered;
    this.#offered = undefined;
    return offered;
  }

  async #receive(content: unknown, signal: AbortSignal): Promise<void> {
    const checked = this.#check(content);
    if (checked === undefined) return;
    if (checked.digest === this.#current?.digest) return this.#adoptVersion(this.#current, checked.version);
    const configuration = readConfiguration(checked, this.#parts.place, this.#current?.good);
    this.#parts.announce('configurationAccepted', versionAndSize(configuration));
    await this.#saver.save({ content, lastGood: stillNeeded(configuration) }, signal);
    if (!signal.aborted) this.#accept(configuration);
  }

  #check(content: unknown): CheckedConfiguration | undefined {
    try {
      const checked = checkConfiguration(content, this.#parts.place.deviceId);
      this.#setRefusal(undefined);
      return checked;
    } catch (error) {
      this.#setRefusal(errorText(error));
      return undefined;
    }
  }

  #setRefusal(message: string | undefined): void {
    if (message === this.#refusal) return;
    this.#refusal = message;
    if (message !== undefined) this.#parts.announce('configurationRefused', { message });
    this.#parts.onStatusChange();
  }

  #accept(configuration: ReadConfiguration): void {
    this.#current = configuration;
    this.#generation += 1;
    for (const { name, problem } of configuration.workloads) {
      if (problem !== undefined) this.#parts.announce('workloadRefused', { workload: name, message: problem });
    }
    this.#parts.onAccepted(configuration, this.#generation);
  }

  /** The same as before under another version (wire: upstream's changes with every heartbeat): nothing to do or save. */
  #adoptVersion(current: ReadConfiguration, version: string): void {
    this.#current = { ...current, version };
    if (this.#generationApplied === this.#generation) this.#appliedVersion = version;
  }

  async #retrySave(signal: AbortSignal): Promise<void> {
    const before = this.trouble;
    await this.#saver.retry(signal);
    this.#noteApplied();
    if (this.trouble !== before) this.#parts.onStatusChange();
  }

  #noteApplied(): void {
    const isSaved = this.#saver.dueInMs === undefined;
    const isNews = this.#generationApplied !== this.#generation;
    if (this.#current === undefined || !isNews || !isSaved || this.#generationInForce !== this.#generation) return;
    this.#generationApplied = this.#generation;
    this.#appliedVersion = this.#current.version;
    this.#parts.announce('configurationApplied', { version: this.#current.version });
    this.#parts.onStatusChange();
  }
}

function versionAndSize({ version, workloads }: ReadConfiguration): { version: string; workloads: number } {
  return { version, workloads: workloads.length };
}

/** The good texts that differ from what the configuration itself says. */
function stillNeeded({ workloads, good }: ReadConfiguration): ConfigurationDocument['lastGood'] {
  const replaced = workloads.filter(({ problem, intent }) => problem !== undefined && intent === 'run');
  return replaced.flatMap(({ name }) => good.get(name) ?? []);
}
