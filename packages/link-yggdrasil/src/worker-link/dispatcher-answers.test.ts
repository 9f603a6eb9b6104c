import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { CallFailure } from '../call/index.ts';
import { failureOfCall, readAnswer } from './dispatcher-answers.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

test('nothing means taken, an answer is read', () => {
  expect(readAnswer(new Uint8Array())).toBeUndefined();
  expect(readAnswer(bytes('{"StatusCode":208,"Body":null,"Metadata":null}'))).toMatchObject({ statusCode: 208 });
});

test.each(['\xff', 'x', '[]', '{}', '{"StatusCode":"200"}', 'null'])('%j is garbage', (text) => {
  expect(() => readAnswer(Buffer.from(text, 'latin1'))).toThrow(expect.objectContaining({ code: 'LINK_GARBAGE' }));
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
