import { MAX_BODY_BYTES } from '@k4e/core/protocol';
import mqttPacket from 'mqtt-packet';
import type { Packet } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { createPacketLimiter } from './packet-limiter.ts';
import { MAX_PACKET_BYTES } from './packet-limits.ts';

const publish = (payload: Buffer | string, topic = 't'): Buffer =>
  mqttPacket.generate({ cmd: 'publish', topic, payload, qos: 1, messageId: 7, dup: false, retain: false });
const CONNACK = mqttPacket.generate({ cmd: 'connack', returnCode: 0, sessionPresent: false });
const PINGRESP = mqttPacket.generate({ cmd: 'pingresp' });

/** What a reader makes of bytes that came through a limiter in chunks of `chunkBytes`. */
function read(bytes: Buffer, chunkBytes: number) {
  const limiter = createPacketLimiter();
  const parser = mqttPacket.parser();
  const packets: Packet[] = [];
  let mostBytes = 0;
  parser.on('packet', (packet) => packets.push(packet));
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) {
    for (const part of limiter.pass(bytes.subarray(at, at + chunkBytes))) {
      mostBytes = Math.max(mostBytes, parser.parse(Buffer.from(part)));
    }
  }
  return { packets, mostBytes };
}

test.each([1, 2, 3, 7, 100_000])('what is within the limit comes as it was, in chunks of %d', (chunkBytes) => {
  const bytes = Buffer.concat([CONNACK, publish(''), publish('x'.repeat(300)), PINGRESP, publish('last')]);
  const { packets } = read(bytes, chunkBytes);
  expect(packets.map(({ cmd }) => cmd)).toEqual(['connack', 'publish', 'publish', 'pingresp', 'publish']);
  expect(packets.flatMap((packet) => (packet.cmd === 'publish' ? [packet.payload.length] : []))).toEqual([0, 300, 4]);
});

test('the largest message that is allowed comes whole, under the longest topic', () => {
  const { packets } = read(publish(Buffer.alloc(MAX_BODY_BYTES, 'x'), 't'.repeat(65_535)), 65_536);
  expect(packets).toMatchObject([{ cmd: 'publish', payload: { length: MAX_BODY_BYTES } }]);
});

test.each(['t', 't'.repeat(65_535)])('a larger one is cut off, and shows it; what follows is not touched', (topic) => {
  const large = publish(Buffer.alloc(20 * MAX_BODY_BYTES, 'x'), topic);
  const { packets, mostBytes } = read(Buffer.concat([large, publish('next'), PINGRESP]), 65_535);
  expect(packets.map(({ cmd }) => cmd)).toEqual(['publish', 'publish', 'pingresp']);
  const [cut, next] = packets;
  expect(cut?.cmd === 'publish' && [cut.topic, cut.messageId]).toEqual([topic, 7]);
  expect(cut?.cmd === 'publish' && cut.payload.length).toBeGreaterThan(MAX_BODY_BYTES);
  expect(next).toMatchObject({ payload: Buffer.from('next') });
  expect(mostBytes).toBeLessThanOrEqual(MAX_PACKET_BYTES);
});

test.each([
  ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['SSH', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')],
  ['an alert of TLS', Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28])],
  ['a packet for brokers', mqttPacket.generate({ cmd: 'pingreq' })],
  ['QoS 2', Buffer.from([0x34, 0x07, 0x00, 0x01, 0x74, 0x00, 0x07, 0x78, 0x78])],
  ['an answer that is too long', Buffer.from([0x40, 0x7f])],
  ['a length without an end', Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff])],
])('garbage: %s', (_name, bytes) => {
  expect(() => createPacketLimiter().pass(bytes)).toThrow(expect.objectContaining({ code: 'LINK_GARBAGE' }));
});
