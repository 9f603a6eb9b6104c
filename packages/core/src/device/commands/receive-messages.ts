import { errorText } from '../../foundation/index.ts';
import { readCommand } from '../../link/index.ts';
import type { PausableLink } from '../../link/index.ts';
import type { LinkState, ReceivedMessage } from '../../ports/index.ts';
import { DEVICE_DIRECTIVE, createMessage } from '../../protocol/index.ts';
import type { Message } from '../../protocol/index.ts';
import type { Announce } from '../activity/index.ts';

/** What is done with messages. `nowMs` is wall-clock time, `uuid` gives message ids. */
export interface MessageHandlers {
  readonly link: PausableLink;
  readonly nowMs: () => number;
  readonly uuid: () => string;
  readonly announce: Announce;
  readonly onConfiguration: (content: unknown) => void;
  readonly onDisconnect: () => void;
  readonly onState: (state: LinkState) => void;
}

/** Receives until `signal` fires. Never waits for what a message sets off, so that none holds up the next. */
export async function receiveMessages(handlers: MessageHandlers, signal: AbortSignal): Promise<void> {
  for await (const received of handlers.link.receive({ signal, onState: handlers.onState })) {
    if (signal.aborted) return;
    try {
      handle(received, handlers, signal);
    } catch (error) {
      handlers.announce('messageIgnored', { message: errorText(error) });
    }
  }
}

/**
 * A configuration is a `data` message for the device worker, a command is a `command` message (wire); a peer that leaves
 * type or directive out means what its channel is for.
 */
function handle({ channel, message }: ReceivedMessage, handlers: MessageHandlers, signal: AbortSignal): void {
  const type = message.type ?? (channel === 'data' ? 'data' : 'command');
  if (type === 'command') return obey(message, handlers, signal);
  if (type !== 'data') return handlers.announce('messageIgnored', { message: `a message of type ${type}` });
  const { directive } = message;
  if (directive === undefined || directive === '' || directive === DEVICE_DIRECTIVE) {
    return handlers.onConfiguration(message.content);
  }
  handlers.announce('messageIgnored', { message: `a message for ${directive.slice(0, 100)}` });
}

function obey(message: Message, handlers: MessageHandlers, signal: AbortSignal): void {
  const command = readCommand(message.content);
  switch (command.kind) {
    case 'disconnect':
      return handlers.onDisconnect();
    case 'ping':
      return void answerPing(message, handlers, signal);
    case 'reconnect':
      handlers.announce('linkPaused', { durationMs: command.delayMs });
      return handlers.link.pause(command.delayMs);
    case 'unknown':
      handlers.announce('messageIgnored', { message: `the unknown command ${command.name.slice(0, 100)}` });
  }
}

/** Answers as yggdrasil does (wire: an event whose content is the text `pong`). One that is lost is lost. */
async function answerPing(message: Message, handlers: MessageHandlers, signal: AbortSignal): Promise<void> {
  const { link, nowMs, uuid, announce } = handlers;
  const { message_id: responseTo } = message;
  const parts = { type: 'event', content: 'pong', ...(responseTo === undefined ? {} : { responseTo }) } as const;
  try {
    await link.send('control', createMessage(parts, { nowMs: nowMs(), id: uuid() }), { signal });
  } catch (error) {
    if (!signal.aborted) announce('messageIgnored', { message: `ping could not be answered: ${errorText(error)}` });
  }
}
