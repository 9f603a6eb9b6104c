import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Between two polls of a channel (wire: yggdrasil's constant). */
const POLL_INTERVAL_MS = 5_000;
/** A zone east of Greenwich: dates of Go programs have the local offset. */
const OFFSET_MINUTES = 330;

/** An answer, byte by byte. */
export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * The HTTP transport of yggdrasil with a device worker behind it, written from the protocol's facts and nothing of ours: two
 * loops that look at once and then every 5 s, before the device is registered, too; envelopes with all eight members, `null`
 * among them; POSTs that are never repeated.
 */
export interface YggdrasilPeer {
  /** Every answer to a poll, in order. */
  readonly answers: { readonly data: RawAnswer[]; readonly control: RawAnswer[] };
  /** Status of the answer to a message of the device worker. */
  send(directive: string, content: unknown): Promise<number>;
  /** Status of the answer to a connection status. */
  say(state: 'online' | 'offline'): Promise<number>;
  /** The newest configuration; `undefined`: none came. */
  configuration(): Record<string, unknown> | undefined;
  /** Whether it was told to disconnect; both loops have stopped then. */
  isDisconnected(): boolean;
  stop(): Promise<void>;
}

/** Starts both loops. `origin`: scheme, host and port of the edge API. */
export function startYggdrasilPeer(origin: string, clientId: string): YggdrasilPeer {
  const answers = { data: [] as RawAnswer[], control: [] as RawAnswer[] };
  const stop = new AbortController();
  let isDisconnected = false;
  const base = `${origin}/api/k4e-management/v1`;
  const loop = async (channel: 'data' | 'control'): Promise<void> => {
    while (!stop.signal.aborted && !isDisconnected) {
      const answer = await exchange(`${base}/${channel}/${clientId}/in`).catch(() => undefined);
      if (answer !== undefined) {
        answers[channel].push(answer);
        isDisconnected ||= channel === 'control' && answer.body.includes('"command":"disconnect"');
      }
      await delay(POLL_INTERVAL_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const loops = [loop('data'), loop('control')];
  const post = async (channel: string, message: object): Promise<number> =>
    (await exchange(`${base}/${channel}/${clientId}/out`, JSON.stringify(message))).status;
  return {
    answers,
    send: (directive, content) => post('data', envelope({ type: 'data', directive, content })),
    say: (state) => {
      const content = { canonical_facts: { machine_id: clientId }, dispatchers: { device: {} }, state, tags: null };
      return post('control', envelope({ type: 'connection-status', directive: '', content }));
    },
    configuration: () => {
      const bodies = answers.data.filter(({ status, body }) => status === 200 && body !== '');
      const [newest] = bodies.slice(-1).map(({ body }) => JSON.parse(body) as { content: Record<string, unknown> });
      return newest?.content;
    },
    isDisconnected: () => isDisconnected,
    async stop() {
      stop.abort();
      await Promise.all(loops);
    },
  };
}

/** RFC 3339 with nanoseconds and a local offset, as Go marshals times. */
export function goDate(): string {
  const local = new Date(Date.now() + OFFSET_MINUTES * 60_000).toISOString().replace('Z', '123456');
  return `${local}+05:30`;
}

function envelope(parts: { readonly type: string; readonly directive: string; readonly content: unknown }): object {
  return { message_id: randomUUID(), response_to: '', version: 1, sent: goDate(), metadata: null, ...parts };
}

function exchange(url: string, body?: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const headers = {
      'User-Agent': 'yggd/0.2.0',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    };
    const sent = request(url, { method: body === undefined ? 'GET' : 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
