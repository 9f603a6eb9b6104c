import { K4eError, errorText } from '@k4e/core';
import { withDeadline } from '@k4e/core/reconcile';
import { createMessage, offlineStatus, saysOffline } from '@k4e/core/protocol';
import type { Channel, ConnectionStatus, Message } from '@k4e/core/protocol';
import type { CallOptions } from '@k4e/core/ports';
import type { BrokerAddress } from '../broker/index.ts';
import { encodeMessage } from '../messages/index.ts';
import type { DeviceTopics } from '../messages/index.ts';
import {
  DEFAULT_CONNECT_LIMIT_MS,
  DEFAULT_PUBLISH_LIMIT_MS,
  MAX_SENDS,
  boundedKeepaliveSeconds,
  openSession,
  unlessAborted,
} from '../session/index.ts';
import type { MqttSession, TakeMessage } from '../session/index.ts';
import type { SessionSource } from './keep-connected.ts';
import { LAST_WORD_LIMIT_MS } from './mqtt-link.ts';
import type { MqttLinkOptions } from './mqtt-link.ts';

/** What a connection is made of. */
export interface ConnectionParts {
  readonly options: MqttLinkOptions;
  readonly brokers: readonly BrokerAddress[];
  readonly topics: DeviceTopics;
  readonly take: TakeMessage;
}

const TOO_MANY_SENDS = `${MAX_SENDS} messages are on their way already`;
/** Longest will, in bytes (wire: its length has two). */
const MAX_WILL_BYTES = 65_535;

/** The one connection of a link: made when somebody needs it, shared by all, at one broker at a time. */
export class Connection implements SessionSource {
  readonly #parts: ConnectionParts;
  /** The session, or the try to make one. */
  #session: Promise<MqttSession> | undefined;
  #trying = new AbortController();
  #resting: K4eError | undefined;
  #tries = 0;
  #sends = 0;
  /** The session in which `offline` was the last that was said. */
  #farewell: MqttSession | undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /** The session that is there, or comes about now; a new one if there is none. Rejects as `openSession`. */
  session(): Promise<MqttSession> {
    return this.#session ?? this.#begin();
  }

  /** Until `wake` there is no session to be had for `send`, for this reason. */
  rest(failure: K4eError): void {
    this.#resting = failure;
  }

  wake(): void {
    this.#resting = undefined;
  }

  /** Resolves when the broker has taken the message. Rejects with `LINK_UNREACHABLE`, `TOO_LARGE` or `ABORTED`. */
  async send(channel: Channel, message: Message, { signal }: CallOptions = {}): Promise<void> {
    if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
    const topic = this.#parts.topics.out[channel];
    const payload = encodeMessage(message, topic);
    if (this.#resting !== undefined) throw disconnected(this.#resting);
    if (this.#sends >= MAX_SENDS) throw new K4eError('LINK_UNREACHABLE', { message: TOO_MANY_SENDS });
    this.#sends++;
    try {
      const session = await this.#sessionFor(signal);
      await session.publish(topic, payload, signal === undefined ? {} : { signal });
      if (message.type === 'connection-status') this.#farewell = saysOffline(message.content) ? session : undefined;
    } finally {
      this.#sends--;
    }
  }

  /** Leaves the broker in order, after a last word if there is to be one. Never rejects. */
  async end({ isForGood }: { readonly isForGood: boolean }): Promise<void> {
    const pending = this.#session;
    this.#session = undefined;
    this.#trying.abort();
    this.#trying = new AbortController();
    const session = await pending?.catch(() => undefined);
    if (session === undefined) return;
    if (isForGood && !session.isOver && this.#farewell !== session) await this.#sayOffline(session);
    await session.end();
  }

  async #sessionFor(signal: AbortSignal | undefined): Promise<MqttSession> {
    try {
      return await unlessAborted(this.session(), signal);
    } catch (error) {
      throw signal?.aborted === true ? new K4eError('ABORTED', { retry: 'never' }) : disconnected(error);
    }
  }

  #begin(): Promise<MqttSession> {
    const opening = this.#open();
    this.#session = opening;
    const forget = (): void => {
      if (this.#session === opening) this.#session = undefined;
    };
    opening.then(({ over }) => void over.then(forget), forget);
    return opening;
  }

  async #open(): Promise<MqttSession> {
    const { options, brokers, topics, take } = this.#parts;
    const { clientId, broker } = { clientId: options.deviceId, broker: brokers[this.#tries % brokers.length] };
    if (broker === undefined) throw new K4eError('INTERNAL', { message: 'a link without a broker', retry: 'never' });
    const session = openSession(
      {
        ...{ broker, clientId, take, clock: options.clock, tls: options.tls ?? {} },
        ...{ username: options.username, password: options.password },
        will: { topic: topics.out.control, payload: this.#offlineMessage() },
        receives: [topics.in.data, topics.in.control],
        announces: topics.out.data,
        keepaliveSeconds: boundedKeepaliveSeconds(options.keepaliveSeconds),
        connectLimitMs: options.connectLimitMs ?? DEFAULT_CONNECT_LIMIT_MS,
        publishLimitMs: options.publishLimitMs ?? DEFAULT_PUBLISH_LIMIT_MS,
      },
      { signal: this.#trying.signal },
    );
    return session.catch((error: unknown) => {
      this.#tries++;
      throw error;
    });
  }

  /** One that no broker takes as a will is said without what makes it so long. */
  #offlineMessage(): string {
    const encoded = this.#encodeStatus(this.#parts.options.offlineStatus?.() ?? offlineStatus());
    return Buffer.byteLength(encoded) <= MAX_WILL_BYTES ? encoded : this.#encodeStatus(offlineStatus());
  }

  #encodeStatus(content: ConnectionStatus): string {
    const { options, topics } = this.#parts;
    const stamp = { nowMs: options.clock.nowMs(), id: options.uuid() };
    return encodeMessage(createMessage({ type: 'connection-status', content }, stamp), topics.out.control);
  }

  async #sayOffline(session: MqttSession): Promise<void> {
    const { options, topics } = this.#parts;
    const limits = { clock: options.clock, limitMs: LAST_WORD_LIMIT_MS, subject: 'farewell' };
    const say = (signal: AbortSignal): Promise<void> =>
      session.publish(topics.out.control, this.#offlineMessage(), { signal });
    await withDeadline(limits, say).catch((error: unknown) =>
      options.logger.debug('the broker did not hear that the device goes offline', { error: errorText(error) }),
    );
  }
}

/** What no broker was given yet is never refused or garbage: it can be sent later. */
function disconnected(cause: unknown): K4eError {
  return new K4eError('LINK_UNREACHABLE', { message: `not connected: ${errorText(cause)}`, cause });
}
