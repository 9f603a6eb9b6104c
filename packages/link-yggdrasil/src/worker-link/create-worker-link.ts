import type { Client } from '@grpc/grpc-js';
import { K4eError, hasCode } from '@k4e/core';
import type { CallOptions, DeviceLink, ReceivedMessage } from '@k4e/core/ports';
import { connectionStatusSchema } from '@k4e/core/protocol';
import type { Message } from '@k4e/core/protocol';
import { callUnary, hasFailed, openChannel } from '../call/index.ts';
import { readSocketAddress } from '../socket/index.ts';
import type { SocketAddress } from '../socket/index.ts';
import { dispatcherMethods, toWireData } from '../wire/index.ts';
import { createHeldDisconnects } from './held-disconnects.ts';
import type { HeldDisconnects } from './held-disconnects.ts';
import { failureOfAnswer, failureOfCall, messageToData } from './send-message.ts';
import { serveDispatcher } from './serve-dispatcher.ts';
import { createWorkerInbox } from './worker-inbox.ts';
import type { WorkerInbox } from './worker-inbox.ts';
import { DEFAULT_MESSAGE_LIMIT_MS, HELD_DISCONNECT_LIMIT_MS, MAX_SENDS } from './worker-link.ts';
import type { WorkerLink, WorkerLinkOptions } from './worker-link.ts';
import { keepRegistered } from './worker-session.ts';
import { createWorkerState } from './worker-state.ts';
import type { WorkerState } from './worker-state.ts';

/** Creates a link; nothing happens before `receive` or `send`. Throws `INVALID_INPUT` for an address that is none. */
export function createWorkerLink(options: WorkerLinkOptions): WorkerLink {
  const { clock, logger, heldDisconnectLimitMs = HELD_DISCONNECT_LIMIT_MS } = options;
  const dispatcher = readSocketAddress(options.dispatcherAddress);
  const held = createHeldDisconnects(clock, heldDisconnectLimitMs);
  const state = createWorkerState(logger);
  const inbox = createWorkerInbox();
  const methods = serveDispatcher({ clock, logger, inbox, held, state });
  const stop = new AbortController();
  const sender = createSender(options, dispatcher);
  let session: Promise<void> | undefined;
  const begin = (): void => {
    held.reset();
    session ??= keepRegistered({ options, dispatcher, methods, state }, stop.signal);
  };
  return {
    receive: createReceive({ inbox, state, begin, closed: stop.signal }),
    async send(channel, message, { signal } = {}) {
      if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
      if (channel === 'control') return noteControl(message, held);
      try {
        await sender.send(message, signal);
        state.messageTaken();
      } catch (error) {
        if (hasCode(error, 'LINK_UNKNOWN_DEVICE')) state.deviceUnknown();
        throw error;
      }
    },
    refresh: () => undefined,
    async close() {
      held.release();
      stop.abort();
      await session;
      sender.close();
    },
  };
}

interface ReceiveParts {
  readonly inbox: WorkerInbox;
  readonly state: WorkerState;
  readonly begin: () => void;
  readonly closed: AbortSignal;
}

function createReceive({ inbox, state, begin, closed }: ReceiveParts): DeviceLink['receive'] {
  let isReceiving = false;
  return async function* receive({ signal, onState }): AsyncGenerator<ReceivedMessage, void> {
    const ending = AbortSignal.any([signal, closed]);
    if (ending.aborted) return;
    if (isReceiving) throw new K4eError('INTERNAL', { message: 'one receives at a time', retry: 'never' });
    isReceiving = true;
    const endListening = state.listen(onState ?? (() => undefined));
    begin();
    try {
      for (let next = await inbox.take(ending); next !== undefined; next = await inbox.take(ending)) yield next;
    } finally {
      endListening();
      isReceiving = false;
    }
  };
}

/** The protocol has no way for it; but what a device says last is what the dispatcher waits for. */
function noteControl({ content }: Message, held: HeldDisconnects): void {
  const status = connectionStatusSchema.safeParse(content);
  if (status.success && status.data.state === 'offline') held.release();
}

/** The way of messages to the dispatcher, on a connection of their own: they go without a registration, too. */
function createSender(options: WorkerLinkOptions, dispatcher: SocketAddress) {
  const { clock, messageLimitMs: limitMs = DEFAULT_MESSAGE_LIMIT_MS } = options;
  let client: Client | undefined;
  let sends = 0;
  const usableClient = (): Client => {
    if (client !== undefined && hasFailed(client)) {
      client.close();
      client = undefined;
    }
    return (client ??= openChannel(dispatcher));
  };
  const sendOnce = async (message: Message, signal: CallOptions['signal']): Promise<void> => {
    const data = toWireData(messageToData(message));
    const call = { nowMs: () => clock.nowMs(), limitMs, signal };
    const answer = await callUnary(usableClient(), dispatcherMethods.send, data, call).catch((error: unknown) => {
      throw signal?.aborted === true ? new K4eError('ABORTED', { retry: 'never', cause: error }) : failureOfCall(error);
    });
    const failure = failureOfAnswer(answer.response);
    if (failure !== undefined) throw failure;
  };
  return {
    async send(message: Message, signal: CallOptions['signal']): Promise<void> {
      if (sends >= MAX_SENDS) {
        throw new K4eError('LINK_UNREACHABLE', { message: `${MAX_SENDS} messages are on their way already` });
      }
      sends++;
      try {
        await sendOnce(message, signal);
      } finally {
        sends--;
      }
    },
    close: () => client?.close(),
  };
}
