import { randomUUID } from 'node:crypto';
import { K4eError, errorText, hasCode } from '../../foundation/index.ts';
import type {
  CallOptions,
  Clock,
  DeviceLink,
  Logger,
  ReceivedMessage,
  WorkerAnswer,
  WorkerData,
} from '../../ports/index.ts';
import { DISCONNECT_COMMAND, createMessage, saysOffline } from '../../protocol/index.ts';
import type { Message } from '../../protocol/index.ts';
import { failureOfAnswer } from './failure-of-answer.ts';
import { createHeldDisconnects } from './held-disconnects.ts';
import type { HeldDisconnects } from './held-disconnects.ts';
import { incomingMessageOf, outgoingDataOf } from './worker-data.ts';
import { HELD_DISCONNECT_LIMIT_MS, MAX_SENDS } from './worker-end.ts';
import type { WorkerEnd, WorkerListener } from './worker-end.ts';
import { createWorkerInbox } from './worker-inbox.ts';
import type { WorkerInbox } from './worker-inbox.ts';
import { createWorkerState } from './worker-state.ts';
import type { WorkerState } from './worker-state.ts';

/** What a worker's end is made of. */
export interface WorkerEndParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * Gives data to the gateway once, and resolves with its answer; with `undefined` when it took them and says no more. Rejects
   * as `DeviceLink.send` does.
   */
  readonly say: (data: WorkerData, options: CallOptions) => Promise<WorkerAnswer | undefined>;
  /** Somebody receives: the moment to register. Called with each `receive`. */
  readonly onReceive?: () => void;
  /** Whether the gateway says when it has reached the control plane; else that is assumed with the registration. */
  readonly isToldOfConnection?: boolean;
  /** Default `HELD_DISCONNECT_LIMIT_MS`. */
  readonly heldDisconnectLimitMs?: number | undefined;
}

/** Creates the end of a worker that has not registered. */
export function createWorkerEnd(parts: WorkerEndParts): WorkerEnd {
  const { clock, logger, onReceive, heldDisconnectLimitMs = HELD_DISCONNECT_LIMIT_MS } = parts;
  const state = createWorkerState(logger, parts.isToldOfConnection);
  const inbox = createWorkerInbox(clock);
  const held = createHeldDisconnects(clock, heldDisconnectLimitMs);
  const closed = new AbortController();
  const send = createSender(parts, state);
  const begin = (): void => {
    held.reset();
    onReceive?.();
  };
  return {
    receive: createReceive({ inbox, state, begin, closed: closed.signal }),
    async send(channel, message, { signal } = {}) {
      if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
      if (channel === 'data') return send(message, signal);
      // There is no way for it; but what a device says last is what the gateway waits for.
      if (saysOffline(message.content)) held.release();
    },
    refresh: () => undefined,
    listener: createListener({ clock, logger, inbox, held, state }),
    registration: state,
    close() {
      held.release();
      closed.abort();
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

function createSender({ say }: WorkerEndParts, state: WorkerState) {
  let sends = 0;
  return async (message: Message, signal: AbortSignal | undefined): Promise<void> => {
    const data = outgoingDataOf(message);
    if (sends >= MAX_SENDS) {
      throw new K4eError('LINK_UNREACHABLE', { message: `${MAX_SENDS} messages are on their way already` });
    }
    sends++;
    try {
      const failure = failureOfAnswer(await say(data, signal === undefined ? {} : { signal }));
      if (failure !== undefined) throw failure;
      state.messageTaken();
    } catch (error) {
      if (hasCode(error, 'LINK_UNKNOWN_DEVICE')) state.deviceUnknown();
      throw error;
    } finally {
      sends--;
    }
  };
}

interface ListenerParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly inbox: WorkerInbox;
  readonly held: HeldDisconnects;
  readonly state: WorkerState;
}

function createListener({ clock, logger, inbox, held, state }: ListenerParts): WorkerListener {
  return {
    onData(data) {
      try {
        inbox.putData(incomingMessageOf(data));
        return Promise.resolve();
      } catch (error) {
        const { messageId, directive } = data;
        const fields = { messageId: messageId.slice(0, 100), directive: directive.slice(0, 100), error };
        logger.warn('a message of the gateway was refused', fields);
        return Promise.reject(error instanceof Error ? error : new Error(errorText(error)));
      }
    },
    async onDisconnect(options) {
      logger.info('the gateway says that the device was disconnected');
      const stamp = { nowMs: clock.nowMs(), id: randomUUID() };
      inbox.putDisconnect(createMessage({ type: 'command', content: DISCONNECT_COMMAND }, stamp));
      await held.hold(options);
    },
    onEvent(event) {
      if (event.name === 'connection-lost') state.controlPlaneLost(event.cause, event.retryInMs);
      else if (event.name === 'connection-restored') state.controlPlaneRestored();
      else state.deviceUnknown();
    },
  };
}
