import type { Backoff } from '@k4e/core';
import type { Clock, DeviceLink, Logger } from '@k4e/core/ports';
import type { ConnectionStatus } from '@k4e/core/protocol';
import type { TlsMaterial } from '../broker/index.ts';

/** What the topics of all devices begin with, unless the caller says otherwise (wire: yggdrasil's default). */
export const DEFAULT_TOPIC_PREFIX = 'yggdrasil';
/** Most brokers that a link knows. */
export const MAX_BROKERS = 16;
/** Between two tries to connect. */
export const CONNECT_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 30_000, factor: 2, jitter: 0.5 };
/**
 * A connection that held for less counts as one more failure, in milliseconds: a broker that lets a device in and throws it out again,
 * or two devices with one id, are met less and less often.
 */
export const STEADY_MS = 30_000;
/** Time for saying that the device goes offline, in milliseconds. */
export const LAST_WORD_LIMIT_MS = 2_000;

/** What a link over MQTT works with. */
export interface MqttLinkOptions {
  /** `mqtt://host:port` or `mqtts://host:port`, one to `MAX_BROKERS`: tried in turn until one lets the device in. */
  readonly brokers: readonly string[];
  /** Default `DEFAULT_TOPIC_PREFIX`. */
  readonly topicPrefix?: string;
  /** A DNS label; also the id by which brokers know this client. */
  readonly deviceId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Fresh UUIDs for messages. */
  readonly uuid: () => string;
  /** For `mqtts`. Default: the authorities that Node trusts, and no certificate. */
  readonly tls?: TlsMaterial;
  /** No password without a username (wire). */
  readonly username?: string;
  readonly password?: string;
  /**
   * What the broker is to say of this device when the connection breaks (wire: the will), and what is said at a clean end. Asked for at
   * each connection. Default: nothing but `offline`.
   */
  readonly offlineStatus?: () => ConnectionStatus;
  /** Default `CONNECT_BACKOFF`. */
  readonly backoff?: Backoff;
  /** Default `DEFAULT_KEEPALIVE_SECONDS`. */
  readonly keepaliveSeconds?: number;
  /** Default `DEFAULT_CONNECT_LIMIT_MS`. */
  readonly connectLimitMs?: number;
  /** Default `DEFAULT_PUBLISH_LIMIT_MS`. */
  readonly publishLimitMs?: number;
}

/**
 * The way of a device to its control plane over an MQTT broker. What a broker in between makes of a `DeviceLink`:
 *
 * | of `DeviceLink` | here |
 * |---|---|
 * | `send` | resolves when the broker has taken the message; whether anybody else has is not known. Rejects with `LINK_UNREACHABLE`, `TOO_LARGE` or `ABORTED`: at once while the link waits for its next try to connect, and nothing is kept for later |
 * | `unknown-device`, `LINK_UNKNOWN_DEVICE`, `LINK_REFUSED` | never: a broker knows nothing of devices |
 * | commands | each once, told by its `message_id`; while `MAX_WAITING_COMMANDS` wait nothing more is read. Without a receiver, more are dropped |
 * | `refresh` | does nothing: what is new comes without asking |
 * | `onState` | `waiting` at each end of a connection, and before one that is made anew for another `receive`. At the next `connected` the broker may have said meanwhile that the device is offline: what it is to know is to be said again |
 *
 * It connects with the first `receive` or `send`, and stays connected between one `receive` and the next, until `close`. A `receive`
 * after another connects anew. One receives at a time.
 */
export interface MqttLink extends DeviceLink {
  /** Says that the device is offline, and leaves the broker. Takes a few seconds at most; idempotent, never rejects. */
  close(): Promise<void>;
}
