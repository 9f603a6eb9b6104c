import { expect, test } from 'vitest';
import { MAX_BODY_BYTES } from '../../protocol/index.ts';
import { incomingMessageOf, outgoingDataOf, workerDataOf } from './worker-data.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a message keeps what there is room for', () => {
  const metadata = { text: 'a', number: 1, list: ['x'], none: undefined };
  const ids = { message_id: 'm', response_to: 'r', directive: 'd' };
  const data = workerDataOf({ type: 'data', ...ids, metadata, content: { a: 'ü' } });
  expect(data).toEqual({
    ...{ messageId: 'm', responseTo: 'r', directive: 'd', content: bytes('{"a":"ü"}') },
    metadata: { text: 'a', number: '1', list: '["x"]' },
  });
  expect(workerDataOf({}, 'named')).toMatchObject({ messageId: '', directive: 'named', content: bytes('') });
  expect(outgoingDataOf({})).toMatchObject({ messageId: '', directive: '', content: bytes('null') });
});

test('what goes out is as large as an envelope may be, and no larger', () => {
  const rest = JSON.stringify({ content: '' }).length;
  expect(() => outgoingDataOf({ content: 'x'.repeat(MAX_BODY_BYTES - rest) })).not.toThrow();
  expect(() => outgoingDataOf({ content: 'x'.repeat(MAX_BODY_BYTES - rest + 1) })).toThrow(
    expect.objectContaining({ code: 'TOO_LARGE' }),
  );
});

test('what comes in is a message again', () => {
  const message = { message_id: 'm', directive: 'device', metadata: { a: 'b' }, content: [1, null] };
  expect(incomingMessageOf(workerDataOf(message))).toMatchObject({ type: 'data', version: 1, ...message });
});

test('no bytes are no content', () => {
  expect(incomingMessageOf(workerDataOf({ message_id: 'm' }))).not.toHaveProperty('content');
});

test.each([
  ['no JSON', bytes('{')],
  ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
])('content that is %s is refused', (_, content) => {
  const data = { messageId: 'm', responseTo: '', directive: 'device', metadata: {}, content };
  expect(() => incomingMessageOf(data)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', retry: 'never' }));
});
