import type { Client } from '@grpc/grpc-js';
import { K4eError } from '@k4e/core';
import { createWorkerEnd } from '@k4e/core/link';
import type { CallOptions, WorkerAnswer, WorkerData } from '@k4e/core/ports';
import { callUnary, hasFailed, openChannel } from '../call/index.ts';
import { readSocketAddress } from '../socket/index.ts';
import type { SocketAddress } from '../socket/index.ts';
import { dispatcherMethods, toWireData } from '../wire/index.ts';
import { failureOfCall, readAnswer } from './dispatcher-answers.ts';
import { serveDispatcher } from './serve-dispatcher.ts';
import { DEFAULT_MESSAGE_LIMIT_MS } from './worker-link.ts';
import type { WorkerLink, WorkerLinkOptions } from './worker-link.ts';
import { keepRegistered } from './worker-session.ts';

/** Creates a link; nothing happens before `receive` or `send`. Throws `INVALID_INPUT` for an address that is none. */
export function createWorkerLink(options: WorkerLinkOptions): WorkerLink {
  const { clock, logger, heldDisconnectLimitMs } = options;
  const dispatcher = readSocketAddress(options.dispatcherAddress);
  const stop = new AbortController();
  const sender = createSender(options, dispatcher);
  let session: Promise<void> | undefined;
  const register = (): void => {
    session ??= keepRegistered({ options, dispatcher, methods, news: end.registration }, stop.signal);
  };
  const end = createWorkerEnd({
    clock,
    logger,
    say: (data, options) => sender.say(data, options),
    onReceive: register,
    heldDisconnectLimitMs,
  });
  const methods = serveDispatcher(end.listener);
  return {
    receive: (receiving) => end.receive(receiving),
    send: (channel, message, sending) => end.send(channel, message, sending),
    refresh: () => end.refresh(),
    register,
    async close() {
      end.close();
      stop.abort();
      await session;
      sender.close();
    },
  };
}

/** The way of messages to the dispatcher, on a connection of their own: they go without a registration, too. */
function createSender(options: WorkerLinkOptions, dispatcher: SocketAddress) {
  const { clock, messageLimitMs: limitMs = DEFAULT_MESSAGE_LIMIT_MS } = options;
  let client: Client | undefined;
  const usableClient = (): Client => {
    if (client !== undefined && hasFailed(client)) {
      client.close();
      client = undefined;
    }
    return (client ??= openChannel(dispatcher));
  };
  return {
    async say(data: WorkerData, { signal }: CallOptions): Promise<WorkerAnswer | undefined> {
      const call = { nowMs: () => clock.nowMs(), limitMs, signal };
      const answer = await callUnary(usableClient(), dispatcherMethods.send, toWireData(data), call).catch(
        (error: unknown) => {
          if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never', cause: error });
          throw failureOfCall(error);
        },
      );
      return readAnswer(answer.response);
    },
    close: () => client?.close(),
  };
}
