import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorText } from '@k4e/core';
import type { Inbox, WarnThrottled } from '@k4e/core/link';
import type { Channel, Message } from '@k4e/core/protocol';
import { createKnownIds, decodeMessage } from '../messages/index.ts';
import type { DeviceTopics } from '../messages/index.ts';
import type { TakeMessage } from '../session/index.ts';

/** Where messages go. */
export interface TakingParts {
  readonly topics: DeviceTopics;
  readonly inbox: Inbox;
  readonly warn: WarnThrottled;
  /** Fires when whoever receives stops; `undefined` while nobody does. */
  readonly receiver: () => AbortSignal | undefined;
}

/** What is none, or too large, or comes for nobody is logged and otherwise as if it had never come: the broker is told to have done. */
export function createTaking({ topics, inbox, warn, receiver }: TakingParts): TakeMessage {
  const commands = createKnownIds();
  const decode = (payload: Uint8Array, topic: string): Message | undefined => {
    try {
      return decodeMessage(payload, topic);
    } catch (error) {
      warn('a message that is none is ignored', { error: errorText(error) });
      return undefined;
    }
  };
  const putCommand = async (message: Message, signal: AbortSignal): Promise<void> => {
    const receiving = receiver();
    if (receiving === undefined && !inbox.hasRoom()) return warn('a command is dropped: nobody takes the others');
    if (!commands.isNew(message.message_id)) return;
    inbox.putCommand(message);
    if (receiving !== undefined && !inbox.hasRoom()) await inbox.room({ signal: AbortSignal.any([signal, receiving]) });
  };
  return async (topic, payload, { signal }) => {
    const channel = (['data', 'control'] as const satisfies readonly Channel[]).find((one) => topics.in[one] === topic);
    if (channel === undefined) return warn('a message on a topic that nobody asked for is ignored', { topic });
    const message = decode(payload, topic);
    if (message === undefined) return;
    if (channel === 'control') return putCommand(message, signal);
    inbox.putConfiguration(message);
    // Several come in one piece of the stream; whoever takes what comes at once is to miss none of them.
    await nextTurn();
  };
}
