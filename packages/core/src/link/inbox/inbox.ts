import type { Message } from '../../protocol/index.ts';
import type { ReceivedMessage } from '../../ports/index.ts';
import type { Scheduler } from '../../foundation/index.ts';
import { createDoorbell } from '../timing/index.ts';

/** Most commands that wait to be taken. While as many do, no more are fetched: a command is delivered once, and never dropped. */
export const MAX_WAITING_COMMANDS = 16;

/** Most directives of which a configuration waits. */
export const MAX_WAITING_DIRECTIVES = 16;

/** What was received and not taken yet: commands in their order, and of each directive the newest configuration only. */
export interface Inbox {
  /** Takes the place of one with the same directive that nobody has taken; if there are too many, of the one that waits longest. */
  putConfiguration(message: Message): void;
  putCommand(message: Message): void;
  /** Whether there is room for one more command. */
  hasRoom(): boolean;
  /** Resolves when there is room for one more command, or `signal` fires. */
  room(options: { readonly signal: AbortSignal }): Promise<void>;
  /** The next message, commands first; `undefined` once `signal` has fired. One takes at a time. */
  take(options: { readonly signal: AbortSignal }): Promise<ReceivedMessage | undefined>;
}

/** Creates an empty inbox. */
export function createInbox(scheduler: Scheduler): Inbox {
  const commands: Message[] = [];
  const configurations = new Map<string, Message>();
  const arrival = createDoorbell(scheduler);
  const space = createDoorbell(scheduler);
  const hasRoom = (): boolean => commands.length < MAX_WAITING_COMMANDS;
  const next = (): ReceivedMessage | undefined => {
    const command = commands.shift();
    if (command !== undefined) {
      space.ring();
      return { channel: 'control', message: command };
    }
    const [waiting] = configurations;
    if (waiting === undefined) return undefined;
    const [directive, message] = waiting;
    configurations.delete(directive);
    return { channel: 'data', message };
  };
  return {
    putConfiguration(message) {
      configurations.set(message.directive ?? '', message);
      const [longest] = configurations.keys();
      if (configurations.size > MAX_WAITING_DIRECTIVES && longest !== undefined) configurations.delete(longest);
      arrival.ring();
    },
    putCommand(message) {
      commands.push(message);
      arrival.ring();
    },
    hasRoom,
    async room({ signal }) {
      while (!hasRoom() && !signal.aborted) await space.wait({ signal });
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
