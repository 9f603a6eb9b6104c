import { errorCode, errorText, sleep } from '../foundation/index.ts';
import type { Clock, Logger } from '../ports/index.ts';
import type { HeldLease, LeaseAccess } from './held-lease.ts';
import type { ElectionRun, LeaseTiming } from './leader-election.ts';
import { withDeadline } from './with-deadline.ts';

/** What a term is made of. */
export interface LeadershipTermOptions extends LeaseTiming {
  readonly access: LeaseAccess;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * One leadership, from a Lease just taken to the end of `lead`. Invariant: `lead`'s signal has fired by the time that
 * the last renewal is `renewDeadlineMs` old, counted from when it was sent. The Lease is given up only after `lead` ended.
 */
export class LeadershipTerm {
  readonly #options: LeadershipTermOptions;
  readonly #leading = new AbortController();
  readonly #ended = new AbortController();
  #held: HeldLease | undefined;
  #cancelDeadline = (): void => undefined;
  #cancelWatch = (): void => undefined;

  constructor(options: LeadershipTermOptions, held: HeldLease) {
    this.#options = options;
    this.#hold(held);
  }

  /** Whether the holder may act: asks the clock, as timers can be late. */
  isLeading(): boolean {
    return !this.#leading.signal.aborted && this.#msUntilDeadline() > 0;
  }

  /** Runs `lead` and keeps the Lease until it has ended, then gives it up. Never rejects. */
  async serve({ signal, lead }: ElectionRun): Promise<void> {
    const { logger } = this.#options;
    const stop = (): void => this.#leading.abort();
    if (signal.aborted || !this.isLeading()) stop();
    signal.addEventListener('abort', stop, { once: true });
    this.#leading.signal.addEventListener('abort', () => this.#watchTheEnd(), { once: true });
    logger.info('leading');
    await Promise.all([this.#lead(lead), this.#keepLease()]);
    signal.removeEventListener('abort', stop);
    this.#cancelDeadline();
    this.#cancelWatch();
    await this.#giveUp();
    logger.info('no longer leading');
  }

  async #lead(lead: ElectionRun['lead']): Promise<void> {
    const { logger } = this.#options;
    try {
      if (!this.#leading.signal.aborted) await lead(this.#leading.signal);
      if (!this.#leading.signal.aborted) logger.warn('what the leader does has ended by itself');
    } catch (error) {
      if (!this.#leading.signal.aborted) logger.error('what the leader does has failed', { error: errorText(error) });
    }
    this.#leading.abort();
    this.#ended.abort();
  }

  /** Renews until `lead` has ended, or the Lease is lost or too old to count. */
  async #keepLease(): Promise<void> {
    const { clock, retryPeriodMs } = this.#options;
    while (!this.#hasEnded() && this.#msUntilDeadline() > 0) {
      await sleep(clock, retryPeriodMs, { signal: this.#ended.signal }).catch(() => undefined);
      if (this.#msUntilDeadline() > 0) await this.#renew();
    }
    this.#leading.abort();
  }

  async #renew(): Promise<void> {
    const { access, clock, renewDeadlineMs, logger } = this.#options;
    const held = this.#held;
    if (held === undefined || this.#hasEnded()) return;
    const limitMs = Math.min(renewDeadlineMs / 2, this.#msUntilDeadline());
    try {
      const next = await withDeadline({ clock, limitMs, signal: this.#ended.signal }, (inner) =>
        access.renew(held, inner),
      );
      if (next === undefined) logger.warn('the Lease is lost to another');
      this.#hold(next);
    } catch (error) {
      if (this.#hasEnded()) return;
      logger.warn('the Lease could not be renewed', { code: errorCode(error), error: errorText(error) });
    }
  }

  #hold(held: HeldLease | undefined): void {
    this.#held = held;
    this.#cancelDeadline();
    if (held === undefined) return this.#leading.abort();
    this.#cancelDeadline = this.#options.clock.schedule(this.#msUntilDeadline(), () => this.#leading.abort());
  }

  #hasEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Says so when `lead` is still at it at the moment from which another may lead. */
  #watchTheEnd(): void {
    const { clock, leaseDurationMs, renewDeadlineMs, logger } = this.#options;
    this.#cancelWatch = clock.schedule(leaseDurationMs - renewDeadlineMs, () => {
      if (!this.#hasEnded() && this.#msUntilDeadline() === 0)
        logger.error('the leader goes on though it lost its Lease');
    });
  }

  #msUntilDeadline(): number {
    if (this.#held === undefined) return 0;
    return Math.max(0, this.#held.sinceMs + this.#options.renewDeadlineMs - this.#options.clock.monotonicMs());
  }

  async #giveUp(): Promise<void> {
    const { access, clock, renewDeadlineMs, logger } = this.#options;
    const held = this.#held;
    if (held === undefined) return;
    await withDeadline({ clock, limitMs: renewDeadlineMs / 2 }, (inner) => access.release(held, inner)).catch(
      (error: unknown) => logger.warn('the Lease could not be released; it expires', { error: errorText(error) }),
    );
  }
}
