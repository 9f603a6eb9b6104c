import { describe, expect, test } from 'vitest';
import { wireCodecs } from './wire-messages.ts';

/** Bytes that were written down from the field table: tag, length, value. */
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

const DATA = {
  message_id: 'a',
  metadata: { k: 'v' },
  content: Buffer.from([0, 255]),
  response_to: 'r',
  directive: 'd',
};
const DATA_BYTES = hex('0a 01 61  12 06 0a016b 120176  1a 02 00ff  22 01 72  2a 01 64');

describe('bytes are those of the field table', () => {
  test('Data', () => {
    expect(wireCodecs.data.encode(DATA)).toEqual(DATA_BYTES);
    expect(wireCodecs.data.decode(DATA_BYTES)).toEqual(DATA);
  });

  test('RegistrationRequest', () => {
    const request = { handler: 'h', pid: 300, detached_content: true, features: { a: '' } };
    const bytes = hex('0a 01 68  10 ac02  18 01  22 05 0a0161 1200');
    expect(wireCodecs.registrationRequest.encode(request)).toEqual(bytes);
    expect(wireCodecs.registrationRequest.decode(bytes)).toEqual(request);
    // As peers write it that leave out defaults in maps, too.
    expect(wireCodecs.registrationRequest.decode(hex('22 03 0a0161'))).toMatchObject({ features: { a: '' } });
  });

  test('RegistrationResponse, Response, EventNotification', () => {
    const { registrationResponse, response, eventNotification } = wireCodecs;
    expect(registrationResponse.decode(hex('08 01 12 02 4078'))).toEqual({ registered: true, address: '@x' });
    expect(response.encode({ response: Buffer.from('x') })).toEqual(hex('0a 01 78'));
    expect(eventNotification.decode(hex('08 03'))).toEqual({ name: 3, detail: '', metadata: {} });
  });

  test('Config', () => {
    const texts = {
      log_level: '1',
      client_id: '2',
      socket_addr: '3',
      server: '4',
      cert_file: '5',
      key_file: '6',
      ca_root: '7',
    };
    const bytes = hex('0a0131 120132 1a0133 220134 2a0135 320136 3a0137');
    expect(wireCodecs.config.encode(texts)).toEqual(bytes);
    expect(wireCodecs.config.decode(bytes)).toEqual(texts);
  });
});

test('a message without fields has every member, and an empty one has no bytes', () => {
  const none = { message_id: '', metadata: {}, content: Buffer.alloc(0), response_to: '', directive: '' };
  expect(wireCodecs.data.decode(Buffer.alloc(0))).toEqual(none);
  expect(wireCodecs.response.encode({ response: new Uint8Array() })).toHaveLength(0);
  expect(wireCodecs.empty.encode({})).toHaveLength(0);
});

test('fields of another generation are skipped', () => {
  expect(wireCodecs.empty.decode(hex('0a 01 78'))).toEqual({});
  expect(wireCodecs.data.decode(Buffer.concat([DATA_BYTES, hex('ba06 01 78')]))).toEqual(DATA);
});

test('keys of a map cannot reach what objects inherit', () => {
  const entry = hex('0a 09 5f5f70726f746f5f5f 12 01 78');
  const bytes = Buffer.concat([Buffer.from([0x12, entry.length]), entry]);
  const { metadata } = wireCodecs.data.decode(bytes);
  expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
});

test.each(['ff', '0a', '1a05 61', '1a ff ff ff ff 0f'])('%s is no message', (text) => {
  expect(() => wireCodecs.data.decode(hex(text))).toThrow();
});
