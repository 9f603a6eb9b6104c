import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Channel, Message, PollWish } from '../../protocol/index.ts';
import { API_BASE_PATH, messageSchema, pollAnswerHeaders, readContent, readPollWish } from '../../protocol/index.ts';
import type { EdgeApiFault } from './edge-api-faults.ts';

/** Most requests, and messages, that are remembered; the oldest are forgotten first. */
const MAX_REMEMBERED = 10_000;

/** A request as it came. */
export interface EdgeApiRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An edge API on a port of this machine that does what a test says. */
export interface FakeEdgeApi {
  /** Such as `http://127.0.0.1:12345`. */
  readonly url: string;
  /** Every request since the start, in order. */
  requests(): readonly EdgeApiRequest[];
  /** The configuration that the device certainly has: it was given it, and has asked again since. */
  seen(): Message | undefined;
  /** The messages that devices have sent and that it took, in order: those met by a fault are not among them. */
  taken(): readonly Message[];
  /** What `GET data/in` answers from now on; nothing (an empty body) at first. */
  setConfiguration(message: Message | undefined): void;
  /** What `GET control/in` answers just once, after those queued before. */
  queueCommand(message: Message): void;
  /** Whether the device exists; it does at first. Else everything but `POST control/out` answers 404. */
  setKnown(isKnown: boolean): void;
  /** From now on every request meets this fault; `undefined` ends it. */
  setFault(fault: EdgeApiFault | undefined): void;
  /** Closes the port and all connections. */
  stop(): Promise<void>;
}

/** How a fake edge API behaves. */
export interface FakeEdgeApiOptions {
  /** Whether it holds polls that ask for it; else it answers everybody at once, as old peers do. Default: it does not. */
  readonly holdsPolls?: boolean;
  /** The address of this machine that it listens at, for devices on networks of their own. Default 127.0.0.1. */
  readonly address?: string;
}

interface State {
  readonly holdsPolls: boolean;
  /** Called when something is otherwise than before; how held polls look again. */
  readonly held: Set<() => void>;
  /** Counts configurations, for their names. */
  configurations: number;
  given: Message | undefined;
  seen: Message | undefined;
  readonly requests: EdgeApiRequest[];
  readonly taken: Message[];
  readonly commands: Message[];
  configuration: Message | undefined;
  isKnown: boolean;
  fault: EdgeApiFault | undefined;
}

const ENDPOINT = new RegExp(`^${API_BASE_PATH}/(data|control)/[^/]+/(in|out)$`);

/** Starts an edge API on a free port of 127.0.0.1, or of the address given. */
export async function startFakeEdgeApi({
  holdsPolls = false,
  address = '127.0.0.1',
}: FakeEdgeApiOptions = {}): Promise<FakeEdgeApi> {
  const state: State = {
    holdsPolls,
    held: new Set(),
    configurations: 0,
    given: undefined,
    seen: undefined,
    requests: [],
    taken: [],
    commands: [],
    configuration: undefined,
    isKnown: true,
    fault: undefined,
  };
  const server = createServer((request, response) => {
    serve(state, request, response).catch(() => response.destroy());
  });
  const change = (): void => state.held.forEach((look) => look());
  return {
    url: await listen(server, address),
    requests: () => state.requests,
    seen: () => state.seen,
    taken: () => state.taken,
    setConfiguration: (message) => {
      state.configuration = message;
      state.configurations += 1;
      change();
    },
    queueCommand: (message) => {
      state.commands.push(message);
      change();
    },
    setKnown: (isKnown) => {
      state.isKnown = isKnown;
      change();
    },
    setFault: (fault) => {
      state.fault = fault;
      change();
    },
    stop: () => stop(server),
  };
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const { method = '', url: path = '', headers } = request;
  keep(state.requests, { method, path, headers, body });
  const [, channel, direction] = ENDPOINT.exec(path) ?? [];
  const isRight = method === (direction === 'in' ? 'GET' : 'POST');
  if (channel === 'data' && direction === 'in') state.seen = state.given;
  const wish = state.holdsPolls && direction === 'in' ? readPollWish(headers) : undefined;
  if (wish !== undefined && wish.waitSeconds > 0) await hold(state, channel, wish, response);
  if (state.fault !== undefined) return state.fault.answer(request, response);
  if ((channel !== 'data' && channel !== 'control') || !isRight) return void response.writeHead(404).end();
  const isServed = state.isKnown || (channel === 'control' && direction === 'out');
  if (isServed && direction === 'out') keep(state.taken, readMessage(body));
  const tag = tagOf(state, channel);
  const isHeld = wish !== undefined && wish.waitSeconds > 0;
  const terms = wish === undefined || !isServed ? {} : pollAnswerHeaders({ tag, isHeld });
  if (isServed && wish?.tag === tag) return void response.writeHead(304, terms).end();
  const reply = isServed && direction === 'in' ? nextReply(state, channel) : undefined;
  if (channel === 'data' && direction === 'in') state.given = reply;
  response.writeHead(isServed ? 200 : 404, { 'Content-Type': 'application/json', ...terms });
  response.end(reply === undefined ? '' : JSON.stringify(reply));
}

/** Waits until there is something else than the device has, for as long as it takes. */
async function hold(
  state: State,
  channel: string | undefined,
  { tag }: PollWish,
  response: ServerResponse,
): Promise<void> {
  const isIdle = (): boolean => state.isKnown && state.fault === undefined && tagOf(state, channel) === tag;
  while (isIdle() && !response.destroyed) {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        state.held.delete(look);
        resolve();
      };
      state.held.add(look);
      response.once('close', look);
    });
  }
}

function tagOf({ commands, configurations }: State, channel: string | undefined): string {
  const [command] = commands;
  return channel === 'data' ? `data-${configurations}` : (command?.message_id ?? 'idle');
}

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > MAX_REMEMBERED) list.shift();
}

function readMessage(body: string): Message {
  return readContent(messageSchema, JSON.parse(body), 'message');
}

function nextReply(state: State, channel: Channel): Message | undefined {
  return channel === 'data' ? state.configuration : state.commands.shift();
}

function listen(server: Server, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port: 0 }, () => {
      const address = server.address();
      resolve(`http://${host}:${typeof address === 'object' && address !== null ? address.port : 0}`);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
