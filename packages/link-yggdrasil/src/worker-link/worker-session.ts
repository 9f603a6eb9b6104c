import type { RegistrationNews } from '@k4e/core/link';
import { K4eError, backoffDelayMs, errorText, fired, sleep } from '@k4e/core';
import { callUnary, openChannel, startGrpcServer, watchChannel } from '../call/index.ts';
import type { ServedMethod } from '../call/index.ts';
import { readSocketAddress } from '../socket/index.ts';
import type { SocketAddress } from '../socket/index.ts';
import { dispatcherMethods } from '../wire/index.ts';
import { REGISTER_BACKOFF, REGISTER_LIMIT_MS } from './worker-link.ts';
import type { WorkerLinkOptions } from './worker-link.ts';

/** What registering takes. */
export interface WorkerSession {
  readonly options: WorkerLinkOptions;
  readonly dispatcher: SocketAddress;
  readonly methods: readonly ServedMethod[];
  readonly news: RegistrationNews;
}

/** Registers, serves, and does so again whenever the dispatcher is lost, until `signal` fires. Never rejects. */
export async function keepRegistered(session: WorkerSession, signal: AbortSignal): Promise<void> {
  const { options, news } = session;
  const { clock, random, backoff = REGISTER_BACKOFF } = options;
  const hasEnded = (): boolean => signal.aborted;
  for (let failures = 0; !hasEnded();) {
    let cause = 'the connection to the dispatcher has ended';
    try {
      await serveOnce(session, signal);
      failures = 1;
    } catch (error) {
      failures++;
      cause = errorText(error);
    }
    if (hasEnded()) return;
    const retryInMs = backoffDelayMs(backoff, failures, random);
    news.waiting(cause, retryInMs);
    await sleep(clock, retryInMs, { signal }).catch(() => undefined);
  }
}

/** Resolves when the dispatcher is lost, or `signal` has fired; rejects when it does not come to serving. */
async function serveOnce({ options, dispatcher, methods, news }: WorkerSession, signal: AbortSignal): Promise<void> {
  const { clock, handler, pid, features = {} } = options;
  const client = openChannel(dispatcher);
  const lost = new AbortController();
  watchChannel(client, { onReady: () => undefined, onLost: () => lost.abort() });
  try {
    const request = { handler, pid, detached_content: false, features: { ...features } };
    const limits = { nowMs: () => clock.nowMs(), limitMs: REGISTER_LIMIT_MS, signal };
    const { registered, address } = await callUnary(client, dispatcherMethods.register, request, limits);
    if (!registered) throw new K4eError('LINK_REFUSED', { subject: handler, message: 'the dispatcher refuses it' });
    const server = await startGrpcServer(readSocketAddress(address), methods, clock);
    try {
      if (!lost.signal.aborted) news.registered();
      await fired(AbortSignal.any([lost.signal, signal]));
    } finally {
      await server.close();
    }
  } finally {
    client.close();
  }
}
