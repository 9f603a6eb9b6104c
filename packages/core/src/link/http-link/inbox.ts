import type { Message } from '../../protocol/index.ts';
import type { ReceivedMessage } from '../../ports/index.ts';
import type { Scheduler } from '../../foundation/index.ts';
import { createDoorbell } from '../timing/index.ts';

/** Most commands that wait to be taken. While as many do, no more are fetched: a command is delivered once, and never dropped. */
export const MAX_WAITING_COMMANDS = 16;

/** What was received and not taken yet: commands in their order, and the newest configuration only. */
export interface Inbox {
  /** Takes the place of a configuration that nobody has taken. */
  putConfiguration(message: Message): void;
  putCommand(message: Message): void;
  /** Resolves when there is room for one more command, or `signal` fires. */
  room(options: { readonly signal: AbortSignal }): Promise<void>;
  /** The next message, commands first; `undefined` once `signal` has fired. One takes at a time. */
  take(options: { readonly signal: AbortSignal }): Promise<ReceivedMessage | undefined>;
}

/** Creates an empty inbox. */
export function createInbox(scheduler: Scheduler): Inbox {
  const commands: Message[] = [];
  let configuration: Message | undefined;
  const arrival = createDoorbell(scheduler);
  const space = createDoorbell(scheduler);
  const next = (): ReceivedMessage | undefined => {
    const command = commands.shift();
    if (command !== undefined) {
      space.ring();
      return { channel: 'control', message: command };
    }
    const message = configuration;
    configuration = undefined;
    return message === undefined ? undefined : { channel: 'data', message };
  };
  return {
    putConfiguration(message) {
      configuration = message;
      arrival.ring();
    },
    putCommand(message) {
      commands.push(message);
      arrival.ring();
    },
    async room({ signal }) {
      while (commands.length >= MAX_WAITING_COMMANDS && !signal.aborted) await space.wait({ signal });
    },
    async take({ signal }) {
      while (!signal.aborted) {
        const received = next();
        if (received !== undefined) return received;
        await arrival.wait({ signal });
      }
      return undefined;
    },
  };
}
