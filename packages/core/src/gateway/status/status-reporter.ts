import { backoffDelayMs, canonicalJson, errorCode, errorText, sleep } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import { createDoorbell } from '../../link/index.ts';
import type { Doorbell } from '../../link/index.ts';
import type { CallOptions, Clock, DeviceLink, LinkState, Logger, RegisteredWorker } from '../../ports/index.ts';
import { createMessage } from '../../protocol/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import { onlineStatus } from './gateway-status.ts';
import type { CanonicalFacts } from './gateway-status.ts';

/** Waits while the control plane does not hear. */
export const STATUS_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 30_000, factor: 2, jitter: 0.5 };
/** Shortest time between two reports, in milliseconds: what changes in between is one report. */
export const STATUS_SPACING_MS = 1_000;
/** Time allowed for collecting facts, in milliseconds; a status without any is one all the same. */
export const FACTS_LIMIT_MS = 10_000;
/** Time allowed for one report, in milliseconds. */
export const STATUS_LIMIT_MS = 45_000;

/** What a reporter is made of. `uuid` gives message ids, `random` numbers in [0, 1). */
export interface StatusReporterParts {
  readonly link: Pick<DeviceLink, 'send'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly uuid: () => string;
  readonly logger: Logger;
  readonly facts: (options: CallOptions) => Promise<CanonicalFacts>;
  readonly workers: () => readonly RegisteredWorker[];
  readonly tags: () => Readonly<Record<string, string>>;
}

/**
 * Tells the control plane which workers there are: at the start, once for each different set of them, and after an outage. What
 * was said before it may be forgotten, or revoked: a broker says of a connection that broke that the device is offline.
 */
export class StatusReporter {
  readonly #parts: StatusReporterParts;
  readonly #bell: Doorbell;
  #said: string | undefined;
  #facts: CanonicalFacts = {};
  #isLinkDown = false;

  constructor(parts: StatusReporterParts) {
    this.#parts = parts;
    this.#bell = createDoorbell(parts.clock);
  }

  /** The facts as they were last collected. */
  get facts(): CanonicalFacts {
    return this.#facts;
  }

  /** Something may have changed. */
  reconsider(): void {
    this.#bell.ring();
  }

  /** The control plane is to be told again: the connection is a new one. */
  forget(): void {
    this.#said = undefined;
    this.#bell.ring();
  }

  /** A link that works is reason to try at once; one that works again, to say everything again. */
  noteLink({ state }: LinkState): void {
    const isBack = state === 'connected' && this.#isLinkDown;
    this.#isLinkDown = state !== 'connected';
    if (isBack) this.forget();
    else if (state === 'connected') this.#bell.ring();
  }

  /** Reports until `signal` fires. Never rejects. */
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { clock, random } = this.#parts;
    for (let failures = 0; !signal.aborted;) {
      const wanted = this.#wanted();
      if (wanted === this.#said) {
        failures = 0;
        await this.#bell.wait({ signal });
        continue;
      }
      // Noted before: what is forgotten meanwhile is to be said again.
      this.#said = wanted;
      const isHeard = await this.#report(signal);
      if (!isHeard) this.#said = undefined;
      failures = isHeard ? 0 : failures + 1;
      if (isHeard) await sleep(clock, STATUS_SPACING_MS, { signal }).catch(() => undefined);
      else await this.#bell.wait({ signal, limitMs: backoffDelayMs(STATUS_BACKOFF, failures, random) });
    }
  }

  #wanted(): string {
    const { workers, tags } = this.#parts;
    return canonicalJson(onlineStatus({ facts: {}, workers: workers(), tags: tags() }));
  }

  /** Whether the control plane has heard, or does not want to. */
  async #report(signal: AbortSignal): Promise<boolean> {
    const { link, clock, uuid, workers, tags, logger } = this.#parts;
    await this.#collectFacts(signal);
    const content = onlineStatus({ facts: this.#facts, workers: workers(), tags: tags() });
    try {
      const message = createMessage({ type: 'connection-status', content }, { nowMs: clock.nowMs(), id: uuid() });
      const limits = { clock, limitMs: STATUS_LIMIT_MS, subject: 'connection status', signal };
      await withDeadline(limits, (inner) => link.send('control', message, { signal: inner }));
      return true;
    } catch (error) {
      const code = errorCode(error);
      const isFinal = code === 'LINK_REFUSED' || code === 'LINK_UNKNOWN_DEVICE' || code === 'TOO_LARGE';
      if (!signal.aborted) logger.debug('the connection status was not heard', { error: errorText(error), isFinal });
      return isFinal;
    }
  }

  async #collectFacts(signal: AbortSignal): Promise<void> {
    const { clock, facts, logger } = this.#parts;
    try {
      const limits = { clock, limitMs: FACTS_LIMIT_MS, subject: 'canonical facts', signal };
      this.#facts = await withDeadline(limits, (inner) => facts({ signal: inner }));
    } catch (error) {
      if (!signal.aborted) logger.warn('the facts of this machine could not be collected', { error: errorText(error) });
    }
  }
}
