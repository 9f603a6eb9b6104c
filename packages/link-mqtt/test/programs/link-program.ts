/**
 * A program that receives over a link to the broker at its only argument until it is killed: what it takes, and how the link is, goes to
 * standard output, a line each.
 */
import { randomUUID } from 'node:crypto';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createMqttLink } from '@k4e/link-mqtt';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const link = createMqttLink({
  ...{
    brokers: [process.argv[2] ?? ''],
    deviceId: 'edge-1',
    clock: createSystemClock(),
    logger: createMemoryLogger(),
  },
  ...{ random: Math.random, uuid: randomUUID },
});
const { signal } = new AbortController();
for await (const { message } of link.receive({ signal, onState: ({ state }) => say(state) })) {
  say(`took ${message.message_id ?? ''}`);
}
