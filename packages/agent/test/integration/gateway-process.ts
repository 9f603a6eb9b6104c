/**
 * A gateway with a worker that sends for ever, for tests that take its life away: `STATE_DIRECTORY CONTROL_PLANE_URL FIRST`.
 * What it sends is numbered from FIRST on; prints directive, number and status of each answer. With FIRST `none` it sends
 * nothing.
 */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { createGateway } from '@k4e/core/gateway';
import { createHttpLink } from '@k4e/core/link';
import { EdgeApiClient } from '@k4e/core/protocol';
import { createSystemClock } from '@k4e/core/system';
import { createFakeWorkerHub, createMemoryLogger } from '@k4e/core/testing';
import { createFileStateStore } from '../../src/host/state/index.ts';

const DIRECTIVES = ['heartbeat', 'registration', 'other'];

const [directory = '', url = '', first = ''] = process.argv.slice(2);
const [clock, hub, logger] = [createSystemClock(), createFakeWorkerHub(), createMemoryLogger()];
const client = new EdgeApiClient({ url, timeoutMs: 5_000 });

async function sendForEver(): Promise<void> {
  for (let number = Number(first); ; number++) {
    const directive = DIRECTIVES[number % DIRECTIVES.length] ?? '';
    const { statusCode } = await hub.say(directive, { number });
    writeSync(1, `${directive} ${number} ${statusCode}\n`);
  }
}

const gateway = createGateway({
  ...{ hub, clock, logger, random: Math.random, uuid: randomUUID, facts: () => Promise.resolve({}) },
  transport: createHttpLink({
    client,
    deviceId: 'edge-1',
    clock,
    logger,
    random: Math.random,
    pollIntervalMs: () => 1_000,
  }),
  state: createFileStateStore({ directory }),
  onListening: () => void (first === 'none' ? undefined : sendForEver()),
});
await gateway.run({ signal: new AbortController().signal });
