import { fork } from 'node:child_process';
import { join } from 'node:path';
import { waitUntil } from '@k4e/testbed';
import { fleetMessageSchema } from './fleet-message.ts';

/** Agents that are connected, or about to be. */
export interface BenchFleet {
  /** Connects all; resolves when each has its first configuration. */
  connect(): Promise<void>;
  /** Resolves when that many agents have a configuration with this mark, to when the last of them had it. */
  received(mark: string, agents: number): Promise<number>;
  stop(): Promise<void>;
}

const DEADLINE_MS = 300_000;
const LOOK_MS = 2;

/** Starts agents and resolves when all are registered. */
export async function startBenchFleet(edgeUrl: string, agents: number): Promise<BenchFleet> {
  const program = join(import.meta.dirname, 'fleet-program.ts');
  const child = fork(program, [edgeUrl, String(agents)], { stdio: ['ignore', 2, 'inherit', 'ipc'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const told = new Set<string>();
  const received = new Map<string, { agents: number; lastAtMs: number }>();
  child.on('message', (message) => {
    const read = fleetMessageSchema.parse(message);
    if (read.kind !== 'received') return void told.add(read.kind);
    const before = received.get(read.mark)?.agents ?? 0;
    received.set(read.mark, { agents: before + 1, lastAtMs: read.atMs });
  });
  const until = (what: string, isTrue: () => boolean): Promise<boolean> => {
    const look = (): boolean => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error('the agents have ended');
      return isTrue();
    };
    return waitUntil(look, { what, deadlineMs: DEADLINE_MS, intervalMs: LOOK_MS });
  };
  await until('all agents are registered', () => told.has('registered'));
  return {
    async connect() {
      child.send('connect');
      await until('all agents are connected', () => told.has('connected'));
    },
    async received(mark, count) {
      await until(`${String(count)} agents have ${mark}`, () => (received.get(mark)?.agents ?? 0) >= count);
      return received.get(mark)?.lastAtMs ?? NaN;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
