import type { DeviceLink, LinkState, ReceivedMessage } from '../../ports/index.ts';
import type { Channel } from '../../protocol/index.ts';
import { createInbox } from '../inbox/index.ts';
import { createLinkStateReporter } from '../state/index.ts';
import { createDoorbell } from '../timing/index.ts';
import type { HttpLinkOptions } from './http-link-options.ts';
import { createPollPace } from './http-link-options.ts';
import type { ChannelPoll } from './poll-channel.ts';
import { pollChannel } from './poll-channel.ts';

/** A `DeviceLink` that looks for messages again and again. */
export interface HttpLink extends DeviceLink {
  /** To be called when `pollIntervalMs` gives another number: waits that run are measured anew. */
  intervalChanged(): void;
}

/** What the link's callers can tell a receiver that runs. */
interface Receiver {
  readonly refresh: () => void;
  readonly remeasure: () => void;
}

/**
 * A `DeviceLink` over the four HTTP endpoints of the edge API: each channel is polled in a loop of its own. A control
 * plane that holds polls answers when there is something new; another one is looked at by the interval. A device that the
 * control plane does not know is told so at each look, and looks seldom until `refresh`.
 */
export function createHttpLink(options: HttpLinkOptions): HttpLink {
  const receivers = new Set<Receiver>();
  return {
    receive: (receiving) => receive(options, receivers, receiving),
    send: (channel, message, { signal } = {}) =>
      options.client.send(channel, options.deviceId, message, signal === undefined ? {} : { signal }),
    refresh: () => receivers.forEach((receiver) => receiver.refresh()),
    intervalChanged: () => receivers.forEach((receiver) => receiver.remeasure()),
  };
}

async function* receive(
  options: HttpLinkOptions,
  receivers: Set<Receiver>,
  { signal, onState }: { readonly signal: AbortSignal; readonly onState?: (state: LinkState) => void },
): AsyncGenerator<ReceivedMessage, void> {
  if (signal.aborted) return;
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  const inbox = createInbox(options.clock);
  const reporter = createLinkStateReporter(options.logger, onState ?? (() => undefined));
  const data = createPoll(options, 'data', reporter, (message) => {
    inbox.putConfiguration(message);
    return Promise.resolve();
  });
  const control = createPoll(options, 'control', reporter, async (message) => {
    inbox.putCommand(message);
    await inbox.room({ signal: stop.signal });
  });
  const receiver = {
    refresh: () => [data, control].forEach(({ refresh }) => refresh()),
    remeasure: () => [data, control].forEach(({ poll }) => poll.bell.ring()),
  };
  receivers.add(receiver);
  const loops = Promise.all([data, control].map(({ poll }) => pollChannel(poll, stop.signal)));
  try {
    for (let received = await inbox.take(stop); received !== undefined; received = await inbox.take(stop)) {
      yield received;
    }
  } finally {
    stop.abort();
    signal.removeEventListener('abort', onAbort);
    receivers.delete(receiver);
    await loops;
  }
}

function createPoll(
  options: HttpLinkOptions,
  channel: Channel,
  reporter: ChannelPoll['reporter'],
  deliver: ChannelPoll['deliver'],
): { readonly poll: ChannelPoll; readonly refresh: () => void } {
  const bell = createDoorbell(options.clock);
  let isWanted = false;
  let held: AbortController | undefined;
  const poll: ChannelPoll = {
    ...{ channel, options, reporter, deliver, bell },
    pace: createPollPace(options),
    takeRefresh: () => {
      const wasWanted = isWanted;
      isWanted = false;
      return wasWanted;
    },
    noteHeld: (look) => void (held = look),
  };
  return {
    poll,
    refresh: () => {
      isWanted = true;
      bell.ring();
      if (channel === 'data') held?.abort();
    },
  };
}
