import { status } from '@grpc/grpc-js';
import { MAX_BODY_BYTES } from '@k4e/core/protocol';
import { describe, expect, test } from 'vitest';
import { CallFailure } from '../call/index.ts';
import { failureOfAnswer, failureOfCall, messageToData } from './send-message.ts';

test('a message keeps what the protocol has room for', () => {
  const metadata = { text: 'a', number: 1, list: ['x'], none: undefined };
  const message = {
    type: 'data',
    message_id: 'm',
    response_to: 'r',
    directive: 'd',
    metadata,
    content: { a: 'ü' },
  } as const;
  expect(messageToData(message)).toEqual({
    messageId: 'm',
    responseTo: 'r',
    directive: 'd',
    metadata: { text: 'a', number: '1', list: '["x"]' },
    content: Buffer.from('{"a":"ü"}'),
  });
  expect(messageToData({})).toMatchObject({ messageId: '', directive: '', content: Buffer.from('null') });
});

test('it is as large as an envelope may be, and no larger', () => {
  const rest = JSON.stringify({ content: '' }).length;
  expect(() => messageToData({ content: 'x'.repeat(MAX_BODY_BYTES - rest) })).not.toThrow();
  expect(() => messageToData({ content: 'x'.repeat(MAX_BODY_BYTES - rest + 1) })).toThrow(
    expect.objectContaining({ code: 'TOO_LARGE' }),
  );
});

describe('answers', () => {
  const answer = (json: unknown): Uint8Array => Buffer.from(JSON.stringify(json));

  test('nothing, and a success, mean taken', () => {
    expect(failureOfAnswer(new Uint8Array())).toBeUndefined();
    expect(failureOfAnswer(answer({ StatusCode: 200, Body: null, Metadata: null }))).toBeUndefined();
    expect(failureOfAnswer(answer({ StatusCode: 208 }))).toBeUndefined();
  });

  test.each([
    [202, 'LINK_UNREACHABLE', 'backoff'],
    [404, 'LINK_UNKNOWN_DEVICE', 'backoff'],
    [400, 'LINK_REFUSED', 'never'],
    [413, 'LINK_REFUSED', 'never'],
    [429, 'LINK_UNREACHABLE', 'backoff'],
    [500, 'LINK_UNREACHABLE', 'backoff'],
    [302, 'LINK_GARBAGE', 'backoff'],
    [0, 'LINK_GARBAGE', 'backoff'],
  ])('%d: %s', (statusCode, code, retry) => {
    expect(failureOfAnswer(answer({ StatusCode: statusCode, Body: {}, Metadata: {} }))).toMatchObject({ code, retry });
  });

  test('a control plane that asks for time is heard', () => {
    const Metadata = { 'retry-after': '7' };
    expect(failureOfAnswer(answer({ StatusCode: 503, Metadata }))).toMatchObject({ retry: { afterMs: 7_000 } });
  });

  test.each(['', 'x', '[]', '{}', '{"StatusCode":"200"}', 'null'])('%j is garbage', (text) => {
    const bytes = Buffer.from(text === '' ? [0xff] : text);
    expect(failureOfAnswer(bytes)).toMatchObject({ code: 'LINK_GARBAGE' });
  });
});

test.each([
  [status.UNAVAILABLE, 'LINK_UNREACHABLE', 'backoff'],
  [status.DEADLINE_EXCEEDED, 'LINK_UNREACHABLE', 'backoff'],
  [status.RESOURCE_EXHAUSTED, 'LINK_UNREACHABLE', 'backoff'],
  [status.INTERNAL, 'LINK_UNREACHABLE', 'backoff'],
  [status.NOT_FOUND, 'LINK_UNKNOWN_DEVICE', 'backoff'],
  [status.INVALID_ARGUMENT, 'LINK_REFUSED', 'never'],
  [status.PERMISSION_DENIED, 'LINK_REFUSED', 'never'],
  [status.UNIMPLEMENTED, 'LINK_GARBAGE', 'backoff'],
])('a call that fails with %d: %s', (code, expected, retry) => {
  expect(failureOfCall(new CallFailure(code, 'words'))).toMatchObject({ code: expected, retry });
});
