import { expect, test } from 'vitest';
import { readApiStatus } from './api-status.ts';
import { DEFAULT_RETRY_AFTER_MS, toK4eError } from './to-k4e-error.ts';

const status = (code: number, more: object = {}) =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', code, message: 'words', ...more });

// What an API server answers, and what that is to us.
test.each<[number, string, boolean, string, unknown]>([
  [400, status(400, { reason: 'BadRequest' }), true, 'RESOURCE_INVALID', 'never'],
  [400, status(400, { reason: 'BadRequest' }), false, 'INVALID_INPUT', 'never'],
  [401, status(401, { reason: 'Unauthorized' }), false, 'FORBIDDEN', 'backoff'],
  [403, status(403, { reason: 'Forbidden' }), true, 'FORBIDDEN', 'backoff'],
  [404, status(404, { reason: 'NotFound' }), true, 'NOT_FOUND', 'never'],
  [404, '404 page not found\n', false, 'KIND_NOT_SERVED', 'backoff'],
  [405, status(405, { reason: 'MethodNotAllowed' }), true, 'INTERNAL', 'never'],
  [409, status(409, { reason: 'AlreadyExists' }), true, 'ALREADY_EXISTS', 'never'],
  [409, status(409, { reason: 'Conflict' }), true, 'CONFLICT', 'backoff'],
  [410, status(410, { reason: 'Expired' }), false, 'VERSION_EXPIRED', 'backoff'],
  [413, status(413, { reason: 'RequestEntityTooLarge' }), true, 'TOO_LARGE', 'never'],
  [422, status(422, { reason: 'Invalid' }), true, 'RESOURCE_INVALID', 'never'],
  [429, status(429, { reason: 'TooManyRequests' }), true, 'STORE_UNAVAILABLE', { afterMs: DEFAULT_RETRY_AFTER_MS }],
  [429, status(429, { details: { retryAfterSeconds: 7 } }), true, 'STORE_UNAVAILABLE', { afterMs: 7_000 }],
  [500, status(500), true, 'STORE_UNAVAILABLE', 'backoff'],
  [
    500,
    status(500, { message: 'failed to create typed patch object (n/d): .spec.x: field not declared' }),
    true,
    'RESOURCE_INVALID',
    'never',
  ],
  [
    500,
    status(500, { message: 'failed to convert new object (/l) to proper version' }),
    true,
    'RESOURCE_INVALID',
    'never',
  ],
  [500, status(500, { message: 'etcdserver: request is too large' }), true, 'TOO_LARGE', 'never'],
  [503, '<html>', false, 'STORE_UNAVAILABLE', 'backoff'],
  [504, status(504, { reason: 'Timeout' }), true, 'STORE_UNAVAILABLE', 'backoff'],
])('%i %s (a write: %j) is %s', (code, body, isWrite, expected, retry) => {
  const error = toK4eError(readApiStatus({ status: code, retryAfterMs: undefined, body }), 'EdgeDevice n/d', {
    isWrite,
  });
  expect({ code: error.code, retry: error.retry, subject: error.subject }).toEqual({
    code: expected,
    retry,
    subject: 'EdgeDevice n/d',
  });
});

test('the header Retry-After counts, and the words of the server are told', () => {
  const read = readApiStatus({ status: 503, retryAfterMs: 4_000, body: status(503, { message: 'starting' }) });
  const error = toK4eError(read, 'EdgeDevice', { isWrite: false });
  expect(error).toMatchObject({ retry: { afterMs: 4_000 }, message: 'EdgeDevice: starting' });
});

test('a long answer is cut', () => {
  const read = readApiStatus({
    status: 422,
    retryAfterMs: undefined,
    body: status(422, { message: 'x'.repeat(100_000) }),
  });
  expect(read.message).toHaveLength(1_000);
});
