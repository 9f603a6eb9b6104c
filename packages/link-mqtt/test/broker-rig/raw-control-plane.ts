import { connectAsync } from 'mqtt';
import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt';

/** What a client of a broker saw of a message. */
export interface SeenMessage {
  readonly topic: string;
  readonly qos: number;
  readonly isRetained: boolean;
  readonly text: string;
}

/** A control plane in plain MQTT, on none of our code: it hears all that devices say, and answers when it is told to. */
export interface RawControlPlane {
  /** All that was said, in order. */
  seen(): readonly SeenMessage[];
  /** The contents of what was said on a topic, the empty ones left out. */
  said(topic: string): readonly unknown[];
  /** Resolves when the broker has it. */
  publish(
    topic: string,
    text: string | Buffer,
    options?: { readonly qos?: 0 | 1; readonly isRetained?: boolean },
  ): Promise<void>;
  stop(): Promise<void>;
}

/** What a control plane is connected with. */
export interface RawControlPlaneOptions {
  readonly client?: IClientOptions;
  /** Told of each message, and, with `undefined`, of each connection once it hears messages. */
  readonly onMessage?: (message: SeenMessage | undefined) => void;
}

/** Connects, for all messages below `prefix`, and again whenever the broker was away. */
export async function startRawControlPlane(
  url: string,
  prefix = 'yggdrasil',
  { client: options = {}, onMessage = () => undefined }: RawControlPlaneOptions = {},
): Promise<RawControlPlane> {
  const seen: SeenMessage[] = [];
  const client = await connectAsync(url, {
    reconnectPeriod: 20,
    connectTimeout: 60_000,
    resubscribe: false,
    ...options,
  });
  client.on('message', (topic: string, payload: Buffer, { qos, retain }: IPublishPacket) => {
    if (!topic.endsWith('/out')) return;
    const message = { topic, qos, isRetained: retain, text: payload.toString('utf8') };
    seen.push(message);
    onMessage(message);
  });
  client.on('error', () => undefined);
  const hear = async (): Promise<void> => {
    await subscribe(client, [`${prefix}/+/data/out`, `${prefix}/+/control/out`]);
    onMessage(undefined);
  };
  client.on('connect', () => void hear().catch(() => undefined));
  await hear();
  return {
    seen: () => seen,
    said: (topic) => seen.filter((one) => one.topic === topic && one.text !== '').map(({ text }) => contentOf(text)),
    async publish(topic, text, { qos = 1, isRetained = false } = {}) {
      await client.publishAsync(topic, text, { qos, retain: isRetained });
    },
    async stop() {
      await client.endAsync(true);
    },
  };
}

async function subscribe(client: MqttClient, topics: readonly string[]): Promise<void> {
  await client.subscribeAsync([...topics], { qos: 1 });
}

function contentOf(text: string): unknown {
  const message: unknown = JSON.parse(text);
  return typeof message === 'object' && message !== null && 'content' in message ? message.content : message;
}
