import { MqttClient } from 'mqtt';
import type { LimitedStream } from '../packets/index.ts';

/**
 * Gives a message on, and resolves when the next one may come; until then this one is not acknowledged. `signal` fires when the
 * connection is gone. Never rejects.
 */
export type TakeMessage = (
  topic: string,
  payload: Uint8Array,
  options: { readonly signal: AbortSignal },
) => Promise<void>;

/** What a client says when it connects (wire: CONNECT), and where its messages go. */
export interface SessionClientParts {
  readonly limited: LimitedStream;
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly keepaliveSeconds: number;
  readonly will: { readonly topic: string; readonly payload: string };
  readonly take: TakeMessage;
}

const AT_LEAST_ONCE = 1;
const MQTT_3_1_1 = 4;
/** The longest that a timer can run, in milliseconds: ours are shorter. */
const NEVER_MS = 2_147_483_647;

/**
 * A client of the MQTT library that does nothing of its own: it keeps no message for a later connection, makes none, and has no
 * timers. A clean session, with a will that is not retained. Nothing happens before `connect()`.
 */
export function createSessionClient(parts: SessionClientParts): MqttClient {
  const { limited, clientId, username, password, keepaliveSeconds, will, take } = parts;
  const client = new MqttClient(() => limited.stream, {
    manualConnect: true,
    protocolVersion: MQTT_3_1_1,
    clean: true,
    clientId,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    will: { topic: will.topic, payload: Buffer.from(will.payload), qos: AT_LEAST_ONCE, retain: false },
    keepalive: keepaliveSeconds,
    timerVariant: { set: () => 0, clear: () => undefined },
    connectTimeout: NEVER_MS,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // Its own would show the password to whoever sets DEBUG.
    log: () => undefined,
  });
  const over = new AbortController();
  limited.stream.once('close', () => over.abort());
  client.handleMessage = ({ topic, payload }, done) => {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    take(topic, bytes, over).then(() => done(), done);
  };
  return client;
}
