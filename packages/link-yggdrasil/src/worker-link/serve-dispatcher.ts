import { randomUUID } from 'node:crypto';
import { K4eError, errorText } from '@k4e/core';
import type { Clock, Logger } from '@k4e/core/ports';
import { DISCONNECT_COMMAND, ENVELOPE_VERSION, createMessage, messageSchema, readContent } from '@k4e/core/protocol';
import type { Message } from '@k4e/core/protocol';
import { serveUnary } from '../call/index.ts';
import type { ServedMethod } from '../call/index.ts';
import { WIRE_EVENTS, fromWireData, workerMethods } from '../wire/index.ts';
import type { WireData } from '../wire/index.ts';
import type { HeldDisconnects } from './held-disconnects.ts';
import type { WorkerInbox } from './worker-inbox.ts';
import type { WorkerState } from './worker-state.ts';

/** Where what a dispatcher says goes. */
export interface DispatcherService {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly inbox: WorkerInbox;
  readonly held: HeldDisconnects;
  readonly state: WorkerState;
}

/** The service `yggdrasil.Worker`, in both generations. */
export function serveDispatcher({ clock, logger, inbox, held, state }: DispatcherService): ServedMethod[] {
  const disconnect = async (signal: AbortSignal): Promise<void> => {
    logger.info('the dispatcher says that the device was disconnected');
    const stamp = { nowMs: clock.nowMs(), id: randomUUID() };
    const answered = held.hold(signal);
    inbox.putDisconnect(createMessage({ type: 'command', content: DISCONNECT_COMMAND }, stamp));
    await answered;
  };
  return [
    serveUnary(workerMethods.send, async (data) => {
      inbox.putData(readData(data, logger));
      return Promise.resolve({ response: new Uint8Array() });
    }),
    serveUnary(workerMethods.disconnect, async (_, { signal }) => {
      await disconnect(signal);
      return {};
    }),
    serveUnary(workerMethods.notifyEvent, async ({ name }, { signal }) => {
      if (name === WIRE_EVENTS.receivedDisconnect) await disconnect(signal);
      else if (name === WIRE_EVENTS.unexpectedDisconnect) state.controlPlane(false);
      else if (name === WIRE_EVENTS.connectionRestored) state.controlPlane(true);
      return {};
    }),
  ];
}

/** (wire: the content is the JSON of the envelope's content; type, version and time of the envelope are not passed on.) */
function readData(wire: WireData, logger: Logger): Message {
  try {
    const { messageId, responseTo, directive, metadata, content } = fromWireData(wire);
    const envelope = {
      type: 'data',
      message_id: messageId,
      ...(responseTo === '' ? {} : { response_to: responseTo }),
      version: ENVELOPE_VERSION,
      directive,
      metadata,
      content: parse(content),
    };
    return readContent(messageSchema, envelope, 'a message');
  } catch (error) {
    const fields = { messageId: wire.message_id.slice(0, 100), directive: wire.directive.slice(0, 100), error };
    logger.warn('a message of the dispatcher was refused', fields);
    throw error;
  }
}

function parse(content: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (cause) {
    const message = `the content is not JSON: ${errorText(cause)}`;
    throw new K4eError('INVALID_INPUT', { message, retry: 'never', cause });
  }
}
