import { createFakeClock, createMemoryLogger } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import { createMqttLink } from './create-mqtt-link.ts';
import { MAX_BROKERS } from './mqtt-link.ts';
import type { MqttLinkOptions } from './mqtt-link.ts';

const pem = new Uint8Array();
const link = (more: Partial<MqttLinkOptions>) =>
  createMqttLink({
    ...{
      brokers: ['mqtt://broker.example'],
      deviceId: 'edge-1',
      clock: createFakeClock(),
      logger: createMemoryLogger(),
    },
    ...{ random: () => 0, uuid: () => 'id' },
    ...more,
  });

test.each<[string, Partial<MqttLinkOptions>]>([
  ['no broker', { brokers: [] }],
  ['too many brokers', { brokers: Array(MAX_BROKERS + 1).fill('mqtt://broker.example') as string[] }],
  ['a broker that is none', { brokers: ['http://broker.example'] }],
  ['a device id that is none', { deviceId: 'edge/1' }],
  ['a prefix that is none', { topicPrefix: '#' }],
  ['a password without a name', { password: 'secret' }],
  ['a certificate without its key', { tls: { cert: pem } }],
  ['a key without its certificate', { tls: { key: pem } }],
])('what cannot be meant is refused: %s', (_name, options) => {
  expect(() => link(options)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});

test('one receives at a time', async () => {
  const one = link({ brokers: ['mqtt://127.0.0.1:1'] });
  const stop = new AbortController();
  const first = one.receive(stop)[Symbol.asyncIterator]().next();
  await expect(one.receive(stop)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'INTERNAL' });
  stop.abort();
  expect(await first).toMatchObject({ done: true });
});
