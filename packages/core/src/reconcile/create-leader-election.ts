import { K4eError, errorCode, errorText, sleep } from '../foundation/index.ts';
import type { Logger } from '../ports/index.ts';
import { resourceKey } from '../resources/index.ts';
import { createLeaseAccess } from './held-lease.ts';
import type { HeldLease, LeaseAccess } from './held-lease.ts';
import { MAX_LEASE_DURATION_MS } from './leader-election.ts';
import type { ElectionRun, LeaderElection, LeaderElectionOptions } from './leader-election.ts';
import { LeadershipTerm } from './leadership-term.ts';
import { withDeadline } from './with-deadline.ts';

/** Share of the retry period by which tries are shortened at random, so that contenders do not march in step. */
const RETRY_JITTER = 0.2;

/** Creates an election that contends for nothing until it runs. Throws `INVALID_INPUT` where the timing cannot be safe. */
export function createLeaderElection(options: LeaderElectionOptions): LeaderElection {
  const { leaseDurationMs, renewDeadlineMs, retryPeriodMs } = options;
  const isOrdered = retryPeriodMs > 0 && renewDeadlineMs > retryPeriodMs && leaseDurationMs > renewDeadlineMs;
  if (!isOrdered || leaseDurationMs > MAX_LEASE_DURATION_MS || options.identity === '') {
    const message = 'needs an identity, and retry period < renew deadline < lease duration <= 1 h';
    throw new K4eError('INVALID_INPUT', { subject: 'leader election', message, retry: 'never' });
  }
  return new LeaseElection(options);
}

class LeaseElection implements LeaderElection {
  readonly #options;
  readonly #logger: Logger;
  readonly #access: LeaseAccess;
  #term: LeadershipTerm | undefined;

  constructor(options: LeaderElectionOptions) {
    this.#options = { random: Math.random, ...options };
    this.#logger = options.logger.child({ lease: resourceKey(options.ref), identity: options.identity });
    this.#access = createLeaseAccess(options);
  }

  readonly isLeader = (): boolean => this.#term?.isLeading() ?? false;

  readonly run = async ({ signal, lead }: ElectionRun): Promise<void> => {
    const { clock, retryPeriodMs, random } = this.#options;
    while (!signal.aborted) {
      const held = await this.#acquire(signal);
      if (held !== undefined) await this.#leadWith(held, { signal, lead });
      const pauseMs = retryPeriodMs * (1 - RETRY_JITTER * random());
      await sleep(clock, pauseMs, { signal }).catch(() => undefined);
    }
  };

  async #acquire(signal: AbortSignal): Promise<HeldLease | undefined> {
    const { clock, renewDeadlineMs } = this.#options;
    const limit = { clock, limitMs: renewDeadlineMs / 2, signal };
    try {
      return await withDeadline(limit, (inner) => this.#access.acquire(inner));
    } catch (error) {
      if (!signal.aborted)
        this.#logger.warn('the Lease could not be looked at', { code: errorCode(error), error: errorText(error) });
      return undefined;
    }
  }

  async #leadWith(held: HeldLease, run: ElectionRun): Promise<void> {
    const term = new LeadershipTerm({ ...this.#options, logger: this.#logger, access: this.#access }, held);
    this.#term = term;
    await term.serve(run);
    this.#term = undefined;
  }
}
