/**
 * Many agents in a process of their own: the link of real ones each, with both of its channels, and a heartbeat a minute;
 * what a configuration says is not done. Arguments: URL of the edge API, number of agents. Told to connect by a message.
 */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { createHttpLink } from '@k4e/core/device';
import type { ReceivedMessage } from '@k4e/core/ports';
import { EdgeApiClient, createMessage, deviceConfigurationSchema } from '@k4e/core/protocol';
import { createSystemClock } from '@k4e/core/system';
import { createPinoLogger } from '@k4e/logging-pino';
import { MARK, agentName, preciseNowMs } from './fleet-message.ts';
import type { FleetMessage } from './fleet-message.ts';

const HEARTBEAT_PERIOD_MS = 60_000;
const REGISTRATIONS_AT_ONCE = 50;
const CONNECTS_A_SECOND = 1_000;
const RETRY_MS = 250;

const [url = '', count = '0'] = process.argv.slice(2);
const agents = Array.from({ length: Number(count) }, (_none, index) => agentName(index));
const client = new EdgeApiClient({ url });
const parts = { clock: createSystemClock(), logger: createPinoLogger({ level: 'silent' }), random: Math.random };

function tell(message: FleetMessage): void {
  process.send?.(message);
}

async function register(name: string): Promise<void> {
  for (;;) {
    try {
      return await client.register(name, { os_image_id: 'bench' });
    } catch {
      await delay(RETRY_MS);
    }
  }
}

async function registerAll(): Promise<void> {
  const rest = agents.values();
  const work = async (): Promise<void> => {
    for (const name of rest) await register(name);
  };
  await Promise.all(Array.from({ length: REGISTRATIONS_AT_ONCE }, work));
}

function marksIn({ message }: ReceivedMessage): readonly string[] {
  const { workloads } = deviceConfigurationSchema.parse(message.content);
  return workloads.flatMap(({ specification }) => MARK.exec(specification) ?? []);
}

/** Receives for ever; resolves when the first configuration is there. */
function connect(deviceId: string): Promise<void> {
  const link = createHttpLink({ ...parts, client, deviceId, pollIntervalMs: () => 5_000 });
  return new Promise((resolve) => {
    const receive = async (): Promise<void> => {
      for await (const received of link.receive({ signal: new AbortController().signal })) {
        const atMs = preciseNowMs();
        for (const mark of marksIn(received)) tell({ kind: 'received', mark, atMs });
        resolve();
      }
    };
    void receive();
  });
}

async function beat(): Promise<void> {
  for (let index = 0; ; index = (index + 1) % agents.length) {
    const stamp = { nowMs: Date.now(), id: randomUUID() };
    const content = { status: 'up', version: 'bench', workloads: [] };
    const message = createMessage({ type: 'data', directive: 'heartbeat', content }, stamp);
    void client.send('data', agents[index] ?? '', message).catch(() => undefined);
    await delay(HEARTBEAT_PERIOD_MS / agents.length);
  }
}

process.once('disconnect', () => process.exit());
await registerAll();
tell({ kind: 'registered' });
await once(process, 'message');
const connecting: Promise<void>[] = [];
for (const name of agents) {
  connecting.push(connect(name));
  if (connecting.length % (CONNECTS_A_SECOND / 20) === 0) await delay(50);
}
await Promise.all(connecting);
void beat();
tell({ kind: 'connected' });
