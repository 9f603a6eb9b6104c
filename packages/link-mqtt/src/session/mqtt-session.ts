import { K4eError } from '@k4e/core';
import type { CallOptions, Clock } from '@k4e/core/ports';
import { withDeadline } from '@k4e/core/reconcile';
import type { MqttClient } from 'mqtt';
import type { LimitedStream } from '../packets/index.ts';
import { startKeepalive } from './keepalive.ts';
import { failureOfSession } from './session-failure.ts';
import { END_LIMIT_MS, MAX_SENDS } from './session-limits.ts';
import { unlessAborted } from './unless-aborted.ts';

/** What a session is made of. */
export interface MqttSessionParts {
  readonly client: MqttClient;
  readonly limited: LimitedStream;
  readonly clock: Clock;
  readonly keepaliveSeconds: number;
  readonly publishLimitMs: number;
  /** The broker, for errors. */
  readonly label: string;
}

const MS_PER_SECOND = 1_000;

/** One connection to a broker, from its first packet to its end. It never comes back: another one is another session. */
export class MqttSession {
  readonly #parts: MqttSessionParts;
  readonly #over = Promise.withResolvers<K4eError>();
  /** Those who wait for something of this session, which its end takes from them. */
  readonly #waiters = new Set<(failure: K4eError) => void>();
  readonly #connected = Promise.withResolvers<undefined>();
  #failure: K4eError | undefined;
  /** Why it is over, once it is. */
  #ending: K4eError | undefined;
  #unacknowledged = 0;
  #endKeepalive = (): void => undefined;

  constructor(parts: MqttSessionParts) {
    this.#parts = parts;
    const { client, limited } = parts;
    client.on('connect', () => this.#connected.resolve(undefined));
    client.on('error', (error) => this.cut(error));
    limited.stream.on('error', (error) => this.cut(error));
    limited.stream.once('close', () => this.#finish());
  }

  /** Resolves at the end, with why it ended; never rejects. */
  get over(): Promise<K4eError> {
    return this.#over.promise;
  }

  /** Whether it has ended, or is about to. */
  get isOver(): boolean {
    return (this.#ending ?? this.#failure) !== undefined;
  }

  /** Connects; resolves when the broker has let the device in. Once. */
  async connect(): Promise<void> {
    const { client, limited, clock, keepaliveSeconds, label } = this.#parts;
    client.connect();
    await this.#unlessOver(this.#connected.promise);
    const keepaliveMs = keepaliveSeconds * MS_PER_SECOND;
    this.#endKeepalive = startKeepalive({
      ...{ clock, keepaliveMs, receivedBytes: limited.receivedBytes },
      ping: () => client.sendPing(),
      onSilence: () => this.cut(unreachable(label, `not a byte for more than ${keepaliveSeconds} s`)),
    });
  }

  /** Resolves when the broker sends what comes on these topics, once or more often each. */
  async subscribe(topics: readonly string[]): Promise<void> {
    const subscribed = new Promise<void>((resolve, reject) => {
      this.#parts.client.subscribe([...topics], { qos: 1 }, (error, _granted, answer) => {
        if (error === null) resolve();
        else if (answer !== undefined) reject(this.#refused('the broker does not let this device receive', error));
      });
    });
    await this.#unlessOver(subscribed);
  }

  /** Sends what may get lost, and tells nobody whether it did. */
  announce(topic: string): void {
    this.#parts.client.publish(topic, '', { qos: 0, retain: false }, () => undefined);
  }

  /**
   * Resolves when the broker has taken the message. Rejects with `LINK_UNREACHABLE`, or `ABORTED`: it may have been taken all the same.
   * A broker that does not say so in time is lost, and the session with it.
   */
  async publish(topic: string, payload: string, { signal }: CallOptions = {}): Promise<void> {
    const { clock, client, label, publishLimitMs } = this.#parts;
    if (this.isOver) throw unreachable(label, 'the connection has ended');
    if (this.#unacknowledged >= MAX_SENDS) throw unreachable(label, `${MAX_SENDS} messages are on their way already`);
    this.#unacknowledged++;
    const taken = new Promise<void>((resolve, reject) => {
      client.publish(topic, payload, { qos: 1, retain: false }, (error) => {
        if (error instanceof Error) reject(unreachable(label, error.message));
        else resolve();
      });
    });
    const cancel = clock.schedule(publishLimitMs, () =>
      this.cut(unreachable(label, `a message was not acknowledged within ${publishLimitMs} ms`)),
    );
    const settled = this.#unlessOver(taken).finally(() => {
      cancel();
      this.#unacknowledged--;
    });
    await unlessAborted(settled, signal);
  }

  /** Leaves in order, so that the broker forgets the will; cuts the connection when that takes too long. Never rejects. */
  async end(): Promise<void> {
    const { client, clock } = this.#parts;
    this.#endKeepalive();
    if (!this.isOver) {
      const limits = { clock, limitMs: END_LIMIT_MS, subject: 'disconnect' };
      await withDeadline(limits, () => {
        client.end(false);
        return this.#over.promise;
      }).catch(() => undefined);
    }
    this.cut(new K4eError('ABORTED', { message: 'the connection was ended', retry: 'never' }));
    await this.#over.promise;
  }

  /** Ends it at once; the broker makes the will known. */
  cut(cause: unknown): void {
    if (this.#ending !== undefined) return;
    this.#failure ??= failureOfSession(cause, this.#parts.label);
    this.#parts.limited.stream.destroy();
  }

  #finish(): void {
    this.#endKeepalive();
    const failure = this.#failure ?? unreachable(this.#parts.label, 'the broker closed the connection');
    this.#ending = failure;
    this.#over.resolve(failure);
    for (const fail of this.#waiters) fail(failure);
  }

  #refused(message: string, cause: unknown): K4eError {
    return new K4eError('LINK_REFUSED', { subject: this.#parts.label, message, cause });
  }

  /** As `work`; rejects with why the session is over when that comes first. Nothing of it is left on a session that goes on. */
  #unlessOver<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#ending !== undefined) reject(this.#ending);
      this.#waiters.add(reject);
      void work.then(resolve, reject).finally(() => this.#waiters.delete(reject));
    });
  }
}

function unreachable(subject: string, message: string): K4eError {
  return new K4eError('LINK_UNREACHABLE', { subject, message });
}
