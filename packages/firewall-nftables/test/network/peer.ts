import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Netns } from '@k4e/testbed';
import type { PeerRequest, Target } from './peer-request.ts';

export type { Target } from './peer-request.ts';

/** How long an open port may take to answer, and how long a closed one is given to prove that it is not closed. */
const OPEN_DEADLINE_MS = 5_000;
const CLOSED_PROOF_MS = 400;

/** A connection that stays open between two looks. */
export interface HeldConnection {
  /** Whether the other side still echoes. */
  echoes(): Promise<boolean>;
}

/** A program in a namespace that talks to others. */
export interface Peer {
  /** Echoes on all addresses, IPv4 and IPv6. */
  listen(protocol: 'tcp' | 'udp', port: number): Promise<void>;
  /** Whether the target echoes to a new connection, at the latest within a deadline that only slow machines need. */
  reaches(target: Target): Promise<boolean>;
  /** Whether a new connection stays without an answer for some time. */
  isShutOut(target: Target): Promise<boolean>;
  /** Opens a connection that stays. Throws when the target does not echo. */
  hold(target: Target): Promise<HeldConnection>;
  /** Sends datagrams as fast as possible; resolves with their number. */
  flood(target: Target, durationMs: number): Promise<number>;
  stop(): Promise<void>;
}

type RequestBody = PeerRequest extends infer R ? (R extends PeerRequest ? Omit<R, 'id'> : never) : never;

/** Starts a peer in the namespace. It ends with this process at the latest. */
export function startPeer(netns: Netns): Peer {
  const program = fileURLToPath(new URL('peer-process.ts', import.meta.url));
  const [file, ...args] = [...netns.enter, process.execPath, program];
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const waiting = new Map<number, (result: unknown) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, result } = JSON.parse(line) as { readonly id: number; readonly result: unknown };
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  let lastId = 0;
  const ask = (body: RequestBody, id = ++lastId): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify({ id, ...body })}\n`);
    const gone = ended.then(() => Promise.reject(new Error('the peer has ended')));
    return Promise.race([new Promise<unknown>((resolve) => waiting.set(id, resolve)), gone]);
  };
  return {
    async listen(protocol, port) {
      const result = await ask({ op: 'listen', target: { protocol, host: '::', port }, timeoutMs: 0 });
      if (result !== true) throw new Error(`the peer cannot listen: ${String(result)}`);
    },
    reaches: async (target) => (await ask({ op: 'probe', target, timeoutMs: OPEN_DEADLINE_MS })) === true,
    isShutOut: async (target) => (await ask({ op: 'probe', target, timeoutMs: CLOSED_PROOF_MS })) === false,
    async hold(target) {
      const connection = ++lastId;
      const result = await ask({ op: 'hold', target, timeoutMs: OPEN_DEADLINE_MS }, connection);
      if (result !== true) throw new Error('the target does not echo');
      return { echoes: async () => (await ask({ op: 'echo', connection, timeoutMs: OPEN_DEADLINE_MS })) === true };
    },
    flood: async (target, durationMs) => Number(await ask({ op: 'flood', target, timeoutMs: durationMs })),
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
