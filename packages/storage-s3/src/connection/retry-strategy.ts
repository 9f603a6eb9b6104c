import { StandardRetryStrategy } from '@smithy/core/retry';

type Refresh = StandardRetryStrategy['refreshRetryTokenForRetry'];

/** The SDK's retries, with its pauses, except after a time-out: who did not answer for so long will not within seconds. */
class QuickRetryStrategy extends StandardRetryStrategy {
  override async refreshRetryTokenForRetry(...[token, info]: Parameters<Refresh>): ReturnType<Refresh> {
    if (info.error instanceof Error && isTimeout(info.error)) throw info.error;
    return super.refreshRetryTokenForRetry(token, info);
  }
}

/** Creates the retries of one client: `maxAttempts` tries of each request. */
export function createRetryStrategy(maxAttempts: number): StandardRetryStrategy {
  return new QuickRetryStrategy(maxAttempts);
}

/** Whether a limit of ours on a request has passed. The SDK gives connections that were cut the same name. */
export function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'TimeoutError') return false;
  return !('code' in error) || error.code === 'ETIMEDOUT';
}
