import { K4eError, errorCode } from '../../foundation/index.ts';
import type { ErrorCode } from '../../foundation/index.ts';
import type { BucketProvisioner, CallOptions, Clock } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';

/** Longest that one call may take. */
export const BUCKET_CALL_LIMIT_MS = 20_000;
/** How long nobody else asks after a call has found that nobody answers. */
export const OUTAGE_PAUSE_MS = 10_000;

/** Failures that all callers have in common. */
const OUTAGES: readonly (ErrorCode | undefined)[] = ['STORAGE_UNREACHABLE', 'TIMEOUT'];

/**
 * The same provisioner, which asks an endpoint that does not answer with one call at a time, and not all the time. The other
 * calls fail at once as that one did. A fleet would else keep everything waiting that gives devices their buckets, those of
 * other sources too, for as long as an endpoint is away.
 */
export function guardOutage(
  buckets: BucketProvisioner,
  { clock }: { readonly clock: Pick<Clock, 'monotonicMs' | 'schedule'> },
): BucketProvisioner {
  let outage: { readonly error: unknown; readonly retryAtMs: number } | undefined;
  let isProbed = false;
  async function call<T>(options: CallOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (outage !== undefined && (isProbed || clock.monotonicMs() < outage.retryAtMs)) throw outage.error;
    isProbed = outage !== undefined;
    const isProbe = isProbed;
    try {
      const deadline = { clock, limitMs: BUCKET_CALL_LIMIT_MS, signal: options.signal, subject: 'the S3 endpoint' };
      const answer = await withDeadline(deadline, work);
      outage = undefined;
      return answer;
    } catch (error) {
      // A call that was cancelled tells nothing; any other failure is an answer.
      if (errorCode(error) === 'ABORTED') throw error;
      const isAway = OUTAGES.includes(errorCode(error));
      outage = isAway ? { error: asUnreachable(error), retryAtMs: later() } : undefined;
      throw outage?.error ?? error;
    } finally {
      if (isProbe) isProbed = false;
    }
  }
  const later = (): number => clock.monotonicMs() + OUTAGE_PAUSE_MS;
  return {
    provision: (request, options = {}) => call(options, (signal) => buckets.provision(request, { signal })),
    release: (request, options = {}) => call(options, (signal) => buckets.release(request, { signal })),
  };
}

function asUnreachable(error: unknown): unknown {
  return errorCode(error) === 'TIMEOUT' ? new K4eError('STORAGE_UNREACHABLE', { cause: error }) : error;
}
