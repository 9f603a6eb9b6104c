import { K4eError } from '@k4e/core';
import { createInbox, createLinkStateReporter, createThrottledWarning } from '@k4e/core/link';
import type { DeviceLink, ReceivedMessage } from '@k4e/core/ports';
import { readBrokerUrl } from '../broker/index.ts';
import { topicsOf } from '../messages/index.ts';
import { Connection } from './connection.ts';
import { BROKER_WAY, keepConnected } from './keep-connected.ts';
import { CONNECT_BACKOFF, DEFAULT_TOPIC_PREFIX, MAX_BROKERS } from './mqtt-link.ts';
import type { MqttLink, MqttLinkOptions } from './mqtt-link.ts';
import { createTaking } from './take-messages.ts';

/** Creates a link; nothing happens before `receive` or `send`. Throws `INVALID_INPUT` for options that cannot be meant. */
export function createMqttLink(options: MqttLinkOptions): MqttLink {
  const { clock, logger, topicPrefix = DEFAULT_TOPIC_PREFIX, deviceId } = options;
  checkOptions(options);
  const topics = topicsOf(topicPrefix, deviceId);
  const inbox = createInbox(clock);
  const closed = new AbortController();
  let receiver: AbortSignal | undefined;
  const take = createTaking({
    ...{ topics, inbox, warn: createThrottledWarning(logger, clock) },
    receiver: () => receiver,
  });
  const connection = new Connection({ options, topics, take, brokers: options.brokers.map(readBrokerUrl) });
  const { random, backoff = CONNECT_BACKOFF } = options;
  let hasReceived = false;

  async function* receive({ signal, onState }: Parameters<DeviceLink['receive']>[0]): AsyncGenerator<ReceivedMessage> {
    const asked = AbortSignal.any([signal, closed.signal]);
    if (asked.aborted) return;
    if (receiver !== undefined) throw new K4eError('INTERNAL', { message: 'one receives at a time', retry: 'never' });
    const stop = new AbortController();
    const ending = AbortSignal.any([asked, stop.signal]);
    receiver = ending;
    const reporter = createLinkStateReporter(logger, onState ?? (() => undefined));
    if (hasReceived) {
      await connection.end({ isForGood: false });
      // It may have broken while nobody received: what is to be said at each new connection is to be said at this one, too.
      reporter.failed(BROKER_WAY, new K4eError('LINK_UNREACHABLE', { message: 'connects anew' }), 0);
    }
    hasReceived = true;
    const staying = keepConnected({ connection, reporter, clock, random, backoff }, ending);
    const options = { signal: ending };
    try {
      for (let next = await inbox.take(options); next !== undefined; next = await inbox.take(options)) yield next;
    } finally {
      stop.abort();
      await staying;
      receiver = undefined;
    }
  }

  let closing: Promise<void> | undefined;
  return {
    receive,
    async send(channel, message, call) {
      if (closed.signal.aborted) throw new K4eError('LINK_UNREACHABLE', { message: 'the link is closed' });
      await connection.send(channel, message, call);
    },
    refresh: () => undefined,
    close() {
      closed.abort();
      return (closing ??= connection.end({ isForGood: true }));
    },
  };
}

function checkOptions({ brokers, username, password, tls }: MqttLinkOptions): void {
  const invalid = (message: string): K4eError => new K4eError('INVALID_INPUT', { message, retry: 'never' });
  if (brokers.length === 0) throw invalid('a link over MQTT needs a broker');
  if (brokers.length > MAX_BROKERS) throw invalid(`${brokers.length} brokers, ${MAX_BROKERS} are allowed`);
  if (password !== undefined && username === undefined) throw invalid('a password without a username');
  if ((tls?.cert === undefined) !== (tls?.key === undefined))
    throw invalid('a certificate needs its key, and a key its certificate');
}
