import { MAX_BODY_BYTES, createMessage } from '@k4e/core/protocol';
import { expect, test } from 'vitest';
import { decodeMessage } from './decode-message.ts';
import { encodeMessage } from './encode-message.ts';
import { MAX_KNOWN_IDS, createKnownIds } from './known-ids.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const message = (content: unknown) => createMessage({ type: 'data', content }, { nowMs: 0, id: 'm' });

test('what is sent is what is received', () => {
  const sent = message({ name: 'ä', list: [1, null] });
  expect(decodeMessage(bytes(encodeMessage(sent, 't')), 't')).toMatchObject(sent);
});

test('the largest message goes both ways, one byte more goes neither', () => {
  const around = Buffer.byteLength(JSON.stringify(message('')));
  const largest = encodeMessage(message('x'.repeat(MAX_BODY_BYTES - around)), 't');
  expect(decodeMessage(bytes(largest), 't')).toBeDefined();
  const tooLarge: unknown = expect.objectContaining({ code: 'TOO_LARGE' });
  expect(() => encodeMessage(message('x'.repeat(MAX_BODY_BYTES - around + 1)), 't')).toThrow(tooLarge);
  expect(() => decodeMessage(bytes(`${largest} `), 't')).toThrow(tooLarge);
});

test('an empty message says nothing', () => {
  expect(decodeMessage(bytes(''), 't')).toBeUndefined();
});

test.each(['{', 'null', '[]', '7', '"x"', '{"type":"nonsense"}', '{"message_id":7}'])('garbage: %s', (text) => {
  expect(() => decodeMessage(bytes(text), 't')).toThrow(expect.objectContaining({ code: 'LINK_GARBAGE' }));
});

test('garbage: bytes that are no text', () => {
  const broken = Uint8Array.of(0x22, 0xff, 0xfe, 0x22);
  expect(() => decodeMessage(broken, 't')).toThrow(expect.objectContaining({ code: 'LINK_GARBAGE' }));
});

test('an id is new once, and what has none always', () => {
  const ids = createKnownIds();
  expect(['a', 'b', 'a', 'b', undefined, undefined, '', ''].map((id) => ids.isNew(id))).toEqual([
    ...[true, true, false, false],
    ...[true, true, true, true],
  ]);
});

test('the ids that were seen last are remembered, and no more', () => {
  const ids = createKnownIds();
  ids.isNew('often');
  for (let i = 0; i < MAX_KNOWN_IDS * 3; i++) {
    ids.isNew(`id-${i}`);
    expect(ids.isNew('often')).toBe(false);
  }
  expect(ids.isNew(`id-${MAX_KNOWN_IDS * 3 - 1}`)).toBe(false);
  expect(ids.isNew(`id-${MAX_KNOWN_IDS}`)).toBe(true);
});
